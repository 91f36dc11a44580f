// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import TestKit

/// A small HTTP server on a free port of 127.0.0.1 that answers as a test tells it.
final class ScriptedServer: Sendable {
    /// What was asked.
    struct Request: Sendable {
        let path: String
        let headers: HTTPHeaders
    }

    /// What is answered.
    enum Answer: Sendable {
        /// A status, headers and a body.
        case response(Int, [(String, String)] = [], [UInt8] = [])
        /// A body without a declared length, in pieces that go on for ever.
        case endless([UInt8])
        /// The head of an answer and nothing more.
        case headOnly
        /// Nothing at all.
        case silence
        /// The connection is closed.
        case close

        /// A document with status 200.
        static func document(_ body: [UInt8], _ headers: [(String, String)] = []) -> Answer {
            .response(200, headers, body)
        }

        /// A redirect.
        static func redirect(_ location: String) -> Answer {
            .response(302, [("Location", location)])
        }
    }

    /// Everything that was asked so far.
    let requests: Journal<Request>
    private let channel: any Channel

    /// Serves while the body runs.
    static func run<Value>(
        tls: NIOSSLContext? = nil,
        _ script: @escaping @Sendable (Request) -> Answer,
        _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let requests = Journal<Request>()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(script: script, requests: requests))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(channel: channel, requests: requests)
        let result: Result<Value, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try await channel.close()
        return try result.get()
    }

    private init(channel: any Channel, requests: Journal<Request>) {
        self.channel = channel
        self.requests = requests
    }

    /// The port that is listened on.
    var port: Int { channel.localAddress?.port ?? 0 }

    /// A URL of this server.
    func url(_ path: String = "/keys", host: String = "127.0.0.1", scheme: String = "http") -> String {
        "\(scheme)://\(host):\(port)\(path)"
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let script: @Sendable (Request) -> Answer
        private let requests: Journal<Request>
        private var head: HTTPRequestHead?

        init(script: @escaping @Sendable (Request) -> Answer, requests: Journal<Request>) {
            self.script = script
            self.requests = requests
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body: break
            case .end:
                guard let head else { return }
                let request = Request(path: head.uri, headers: head.headers)
                requests.append(request)
                answer(script(request), context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func answer(_ answer: Answer, _ context: ChannelHandlerContext) {
            switch answer {
            case .response(let status, let headers, let body):
                var all = HTTPHeaders(headers)
                if status != 304 { all.add(name: "Content-Length", value: "\(body.count)") }
                write(.head(.init(version: .http1_1, status: .init(statusCode: status), headers: all)), context)
                if !body.isEmpty { write(.body(.byteBuffer(ByteBuffer(bytes: body))), context) }
                write(.end(nil), context)
            case .endless(let piece):
                write(.head(.init(version: .http1_1, status: .ok, headers: ["Transfer-Encoding": "chunked"])), context)
                stream(ByteBuffer(bytes: piece), context)
            case .headOnly:
                write(.head(.init(version: .http1_1, status: .ok, headers: ["Content-Length": "10"])), context)
            case .silence:
                break
            case .close:
                context.close(promise: nil)
            }
        }

        private func write(_ part: HTTPServerResponsePart, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(part), promise: nil)
        }

        private func stream(_ piece: ByteBuffer, _ context: ChannelHandlerContext) {
            let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece)))).assumeIsolated().whenSuccess { [self] in
                stream(piece, loopBound.value)
            }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import TestKit

/// An HTTP server on loopback that answers as a closure tells it to, and writes down what it was asked.
final class ScriptedServer: Sendable {
    /// A request as it arrived.
    struct Request: Sendable {
        let method: String
        let target: String
        let headers: HTTPHeaders
        let body: String
        /// The connection it came on.
        let connection: ObjectIdentifier

        /// The first header of that name.
        func header(_ name: String) -> String? { headers.first(name: name) }
    }

    /// One step of an answer's body.
    enum Step: Sendable {
        /// Send bytes.
        case bytes([UInt8])
        /// Do nothing for a while.
        case pause(TimeAmount)
        /// Never go on.
        case hang
        /// Close the connection without an end.
        case abort

        /// Send text.
        static func text(_ text: String) -> Step { .bytes(Array(text.utf8)) }
    }

    /// An answer.
    struct Response: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var steps: [Step] = []

        /// An answer in one piece.
        static func json(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> Response {
            Response(
                status: status,
                headers: headers + [
                    ("Content-Type", "application/json"), ("Content-Length", String(text.utf8.count)),
                ],
                steps: [.text(text)]
            )
        }

        /// A `Status` answer.
        static func status(
            _ code: Int,
            _ reason: String,
            _ message: String = "no",
            details: String = "{}",
            headers: [(String, String)] = []
        ) -> Response {
            let text = """
                {"kind":"Status","apiVersion":"v1","status":"Failure","code":\(code),"reason":"\(reason)",\
                "message":"\(message)","details":\(details)}
                """
            return json(text, status: code, headers: headers)
        }

        /// A stream of lines that ends by itself.
        static func lines(_ lines: String...) -> Response {
            Response(steps: lines.map { .text($0 + "\n") })
        }
    }

    /// What was asked, in order.
    let requests = Journal<Request>()
    /// The connections that ended.
    let closed = Journal<ObjectIdentifier>()
    let port: Int
    private let channel: any Channel

    private init(
        tls: NIOSSLContext?,
        answer: @escaping @Sendable (Request) -> Response
    ) async throws {
        let (requests, closed) = (requests, closed)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let sync = channel.pipeline.syncOperations
                    if let tls { try sync.addHandler(NIOSSLServerHandler(context: tls)) }
                    try sync.configureHTTPServerPipeline()
                    try sync.addHandler(ScriptHandler(requests: requests, closed: closed, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    /// Runs a server for the time of a closure.
    static func run<Result: Sendable>(
        tls: NIOSSLContext? = nil,
        answer: @escaping @Sendable (Request) -> Response,
        _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let server = try await ScriptedServer(tls: tls, answer: answer)
        do {
            let result = try await body(server)
            try await server.channel.close()
            return result
        } catch {
            try await server.channel.close()
            throw error
        }
    }

    /// The targets of the requests so far.
    var targets: [String] { requests.entries.map(\.target) }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let requests: Journal<ScriptedServer.Request>
    private let closed: Journal<ObjectIdentifier>
    private let answer: @Sendable (ScriptedServer.Request) -> ScriptedServer.Response
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(
        requests: Journal<ScriptedServer.Request>,
        closed: Journal<ObjectIdentifier>,
        answer: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Response
    ) {
        self.requests = requests
        self.closed = closed
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(let bytes): body.writeImmutableBuffer(bytes)
        case .end:
            guard let head else { return }
            let request = ScriptedServer.Request(
                method: head.method.rawValue,
                target: head.uri,
                headers: head.headers,
                body: String(buffer: body),
                connection: ObjectIdentifier(context.channel)
            )
            requests.append(request)
            let response = answer(request)
            var headers = HTTPHeaders(response.headers)
            if response.headers.isEmpty { headers.add(name: "Content-Type", value: "application/json") }
            let responseHead = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(statusCode: response.status),
                headers: headers
            )
            context.writeAndFlush(wrapOutboundOut(.head(responseHead)), promise: nil)
            perform(response.steps[...], context: context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed.append(ObjectIdentifier(context.channel))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func perform(_ steps: ArraySlice<ScriptedServer.Step>, context: ChannelHandlerContext) {
        guard let step = steps.first else {
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .bytes(let bytes):
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
            perform(rest, context: context)
        case .pause(let time):
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: time) {
                let (handler, context) = bound.value
                if context.channel.isActive { handler.perform(rest, context: context) }
            }
        case .hang: break
        case .abort: context.close(promise: nil)
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import TestKit

/// A proxy that opens a tunnel to itself: it grants the first request of a connection and answers the others.
final class TunnelProxy: Sendable {
    /// The heads of the requests, in order.
    let heads = Journal<String>()
    /// What is sent after the head of a request in the tunnel, head and all.
    private let answer: [UInt8]

    private init(answer: [UInt8]) {
        self.answer = answer
    }

    /// Serves a document while the body runs, which gets the proxy's port.
    static func run(answer: [UInt8], _ body: (TunnelProxy, Int) async throws -> Void) async throws {
        try await run(raw: Array("HTTP/1.1 200 OK\r\nContent-Length: \(answer.count)\r\n\r\n".utf8) + answer, body)
    }

    /// Serves a whole answer while the body runs.
    static func run(raw: [UInt8], _ body: (TunnelProxy, Int) async throws -> Void) async throws {
        let proxy = TunnelProxy(answer: raw)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Tunnel(proxy: proxy))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(proxy, channel.localAddress?.port ?? 0))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        try result.get()
    }

    private final class Tunnel: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let proxy: TunnelProxy
        private var text = ""

        init(proxy: TunnelProxy) {
            self.proxy = proxy
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard text.hasSuffix("\r\n\r\n") else { return }
            proxy.heads.append(text)
            let isTunnelled = !text.hasPrefix("CONNECT")
            text = ""
            let granted = ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n")
            let reply = isTunnelled ? ByteBuffer(bytes: proxy.answer) : granted
            context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
        }
    }
}

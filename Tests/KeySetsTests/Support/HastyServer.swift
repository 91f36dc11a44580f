// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A server that answers when a connection is made, or when the first bytes arrive, and closes it at once.
enum HastyServer {
    /// Serves while the body runs; it is given the port.
    static func run(
        _ document: [UInt8],
        whenConnected: Bool,
        _ body: (Int) async throws -> Void
    ) async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(document, whenConnected: whenConnected))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<Void, any Error>
        do { result = .success(try await body(channel.localAddress?.port ?? 0)) } catch { result = .failure(error) }
        try await channel.close()
        try result.get()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: ByteBuffer
        private let whenConnected: Bool

        init(_ document: [UInt8], whenConnected: Bool) {
            var answer = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: \(document.count)\r\n\r\n")
            answer.writeBytes(document)
            self.answer = answer
            self.whenConnected = whenConnected
        }

        func channelActive(context: ChannelHandlerContext) {
            if whenConnected { reply(context) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if !whenConnected { reply(context) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func reply(_ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            context.close(promise: nil)
        }
    }
}

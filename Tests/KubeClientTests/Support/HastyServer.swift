// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// A server that answers before a request is there in full, and then closes the connection.
///
/// The answer promises to keep the connection, as that of a server that is shut down a moment later does.
final class HastyServer: Sendable {
    /// When it answers, and when it closes.
    enum Haste: Sendable {
        /// It answers when the connection is made, and closes it.
        case connection
        /// It answers when the head is there, and closes.
        case head
        /// It answers when the head is there, and closes when the body is.
        case body
    }

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    /// Where it listens.
    let port: Int
    private let answered: Counter

    private init(port: Int, answered: Counter) {
        self.port = port
        self.answered = answered
    }

    /// How many requests were answered.
    var count: Int { answered.value.load(ordering: .relaxed) }

    /// Runs a server for the time of a closure; the status is as in a status line.
    static func run(status: String, haste: Haste = .body, _ body: (HastyServer) async throws -> Void) async throws {
        let answered = Counter()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = Handler(status: status, haste: haste) {
                        answered.value.add(1, ordering: .relaxed)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(HastyServer(port: channel.localAddress?.port ?? 0, answered: answered))
            try await channel.close()
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: ByteBuffer
        private let haste: Haste
        private let answered: @Sendable () -> Void
        private var text = ""
        private var missing: Int?

        init(status: String, haste: Haste, answered: @escaping @Sendable () -> Void) {
            let body = #"{"metadata":{"name":"x"}}"#
            answer = ByteBuffer(
                string: "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            self.haste = haste
            self.answered = answered
        }

        func channelActive(context: ChannelHandlerContext) {
            guard haste == .connection else { return }
            answered()
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            context.close(promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            if let missing {
                self.missing = missing - bytes.readableBytes
            } else {
                text += String(buffer: bytes)
                guard let end = text.firstRange(of: "\r\n\r\n") else { return }
                missing = contentLength - text[end.upperBound...].utf8.count
                answered()
                context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            }
            if haste == .head || (missing ?? 1) <= 0 { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private var contentLength: Int {
            let line = text.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            return line.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
        }
    }
}

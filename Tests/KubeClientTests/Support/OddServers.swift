// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization
import TestKit

/// A server that accepts connections and says nothing.
enum SilentServer {
    static func run(_ body: (Int) async throws -> Void) async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(channel.localAddress?.port ?? 0)
            try await channel.close()
        } catch {
            try await channel.close()
            throw error
        }
    }
}

/// A server that sends one line over and over as fast as it is taken, and counts.
final class FloodServer: Sendable {
    private let sent: Counter
    let port: Int

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    private init(sent: Counter, port: Int) {
        self.sent = sent
        self.port = port
    }

    static func run(line: [UInt8], count: Int, _ body: (FloodServer) async throws -> Void) async throws {
        let sent = Counter()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Flood(line: ByteBuffer(bytes: line), count: count) { sent.value.add(1, ordering: .relaxed) }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(FloodServer(sent: sent, port: channel.localAddress?.port ?? 0))
            try await channel.close()
        } catch {
            try await channel.close()
            throw error
        }
    }

    /// How many lines were taken, as soon as that no longer grows.
    func settledCount() async throws -> Int {
        var last = -1
        while true {
            let now = sent.value.load(ordering: .relaxed)
            if now == last { return now }
            last = now
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private final class Flood: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let line: ByteBuffer
        private var count: Int
        private let sent: @Sendable () -> Void

        init(line: ByteBuffer, count: Int, sent: @escaping @Sendable () -> Void) {
            self.line = line
            self.count = count
            self.sent = sent
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let head = ByteBuffer(string: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            context.writeAndFlush(wrapOutboundOut(head), promise: nil)
            send(context)
        }

        private func send(_ context: ChannelHandlerContext) {
            guard count > 0 else {
                context.close(promise: nil)
                return
            }
            count -= 1
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(line)).whenSuccess {
                let (handler, context) = bound.value
                handler.sent()
                handler.send(context)
            }
        }
    }
}

/// A proxy that opens a tunnel to itself: it grants the first request of a connection and answers the others.
final class TunnelServer: Sendable {
    /// The heads of the requests, in order.
    let heads: Journal<String>
    let port: Int

    private init(heads: Journal<String>, port: Int) {
        self.heads = heads
        self.port = port
    }

    static func run(answer: String, _ body: (TunnelServer) async throws -> Void) async throws {
        let heads = Journal<String>()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Tunnel(heads: heads, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(TunnelServer(heads: heads, port: channel.localAddress?.port ?? 0))
            try await channel.close()
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class Tunnel: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let heads: Journal<String>
        private let answer: String
        private var text = ""

        init(heads: Journal<String>, answer: String) {
            self.heads = heads
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard text.hasSuffix("\r\n\r\n") else { return }
            let isTunnelled = !text.hasPrefix("CONNECT")
            heads.append(text)
            text = ""
            let length = isTunnelled ? "Content-Length: \(answer.utf8.count)\r\n" : ""
            let reply = "HTTP/1.1 200 OK\r\n\(length)\r\n" + (isTunnelled ? answer : "")
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil)
        }
    }
}

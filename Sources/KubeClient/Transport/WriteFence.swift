// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Closes a connection for writes rather than let it send anything when nothing may be written.
///
/// A request is checked before it is handed to the HTTP client, but may wait there: for a connection, for its turn on
/// the event loop, or because the whole process was stopped. This handler sits next to the socket and asks again in the
/// moment in which bytes would go out.
final class WriteFence: ChannelOutboundHandler {
    typealias OutboundIn = Any

    private let mayWrite: @Sendable () -> Bool
    private let server: String

    init(server: String, mayWrite: @escaping @Sendable () -> Bool) {
        self.server = server
        self.mayWrite = mayWrite
    }

    /// Puts a fence next to the socket of a connection.
    static func install(
        on channel: any Channel,
        server: String,
        mayWrite: @escaping @Sendable () -> Bool
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(
                WriteFence(server: server, mayWrite: mayWrite),
                position: .first
            )
        }
    }

    /// Lets what was written go out, or closes the connection.
    func flush(context: ChannelHandlerContext) {
        if mayWrite() { return context.flush() }
        context.fireErrorCaught(KubeError(.notLeading, "cannot write to \(server): this process does not lead"))
        context.close(promise: nil)
    }
}

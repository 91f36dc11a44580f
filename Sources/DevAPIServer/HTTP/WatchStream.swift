// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import KubeCore
import NIOCore

/// A watch on its way to a client: one JSON document a line, as chunks.
///
/// Events are pulled as fast as the client reads. The stream ends when the subscription does, or when the client goes.
struct WatchStream: Sendable {
    /// Where events come from.
    let subscription: WatchSubscription
    /// How to show them.
    let presentation: Presentation
    /// The wall clock, for ages in tables.
    let now: @Sendable () -> Date

    /// The head of the answer.
    ///
    /// The connection cannot be used again: whether the client is still there is known only from its end of it.
    var head: HTTPResponse {
        HTTPResponse(
            status: .ok,
            headerFields: [
                .contentType: presentation.form.contentType,
                .cacheControl: "no-cache, private",
                .connection: "close",
            ]
        )
    }

    /// The body: it ends with the subscription, or when the client goes.
    func body(for request: Request) -> ResponseBody {
        ResponseBody { writer in
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                var presentation = presentation
                while let events = await subscription.next() {
                    try await writer.write(presentation.lines(of: events, now: now()))
                }
                try await writer.finish(nil)
            }
        }
    }
}

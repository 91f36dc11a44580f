// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// One watcher's view of the history: pulled by the connection that serves it.
///
/// ```swift
/// while let events = await subscription.next() {
///     for event in events { buffer.writeBytes(event.line) }
///     try await writer.write(buffer)
/// }
/// ```
///
/// Nothing is buffered for a slow reader: it reads from the shared history at its own pace and is told `410 Expired`,
/// as an `ERROR` event that is the last one, when the history no longer reaches back to where it stands. `next()`
/// returns `nil` when the watch ended: time-out, shutdown, history lost, definition gone, or the task was cancelled.
struct WatchSubscription: Sendable {
    /// One event: as a value for tables, and as the line that all watchers of one version share.
    struct Event: Sendable {
        private let source: WatchEventSource

        init(_ source: WatchEventSource) {
            self.source = source
        }

        /// What happened.
        var kind: WatchEvent<JSONValue>.Kind { source.kind }

        /// What happened and to what, in the version that is watched.
        var event: WatchEvent<JSONValue> { WatchEvent(source.kind, source.object) }

        /// The event as a line of JSON with its line break; encoded once for all watchers.
        var line: [UInt8] { source.line }
    }

    private let cursor: WatchCursor

    init(_ cursor: WatchCursor) {
        self.cursor = cursor
    }

    /// The next events, at least one and at most a few hundred; waits for one to happen.
    ///
    /// One task at a time may call it. Time-outs and bookmarks are driven by `APIHandler.run()`.
    ///
    /// - Returns: The events in order; `nil` when the watch ended. After `nil` it returns `nil` for ever.
    func next() async -> [Event]? {
        await cursor.next()
    }
}

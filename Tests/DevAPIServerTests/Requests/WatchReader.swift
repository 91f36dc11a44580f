// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization
import TestKit

@testable import DevAPIServer

/// Reads a watch event by event, whatever the batches; every wait has a deadline.
final class WatchReader: Sendable {
    private let subscription: WatchSubscription
    private let pending = Mutex<[WatchSubscription.Event]>([])

    init(_ subscription: WatchSubscription) {
        self.subscription = subscription
    }

    /// The next event; `nil` at the end of the watch.
    func next() async throws -> WatchSubscription.Event? {
        try await withDeadline(.seconds(20), "the next event of a watch") { await self.read() }
    }

    /// The next event, without a deadline of its own.
    func read() async -> WatchSubscription.Event? {
        if let event = pending.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return event }
        guard let events = await subscription.next(), let first = events.first else { return nil }
        pending.withLock { $0 = Array(events.dropFirst()) }
        return first
    }

    /// So many events as `KIND name`; fewer when the watch ends before.
    func take(_ count: Int) async throws -> [String] {
        var taken: [String] = []
        while taken.count < count, let event = try await next() {
            taken.append("\(event.kind.rawValue) \(event.event.object.name)")
        }
        return taken
    }
}

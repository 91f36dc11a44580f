// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Whether watches may begin: none does once the server is shutting down, since nobody would end it.
final class WatchGate: Sendable {
    private let closed = Atomic(false)

    /// Whether the server is shutting down.
    var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// Lets no watch begin from now on.
    func close() {
        closed.store(true, ordering: .releasing)
    }
}

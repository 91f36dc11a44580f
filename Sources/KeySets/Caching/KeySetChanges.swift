// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// The endpoints that changed, each once until it is read; no longer than the number of endpoints.
public struct KeySetChanges: AsyncSequence, Sendable {
    /// One endpoint after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let feed: ChangeFeed

        /// The next endpoint; `nil` when the cache has stopped or the task is cancelled.
        public mutating func next() async -> Endpoint? {
            await feed.next()
        }
    }

    let feed: ChangeFeed

    /// Starts reading; there is one reader at a time.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(feed: feed)
    }
}

/// The buffer behind `KeySetChanges`.
final class ChangeFeed: Sendable {
    private struct State {
        var pending: [Endpoint] = []
        var known: Set<Endpoint> = []
        var isFinished = false
    }

    private let state = Mutex(State())
    private let changed = Signal()

    func add(_ endpoints: [Endpoint]) {
        guard !endpoints.isEmpty else { return }
        state.withLock { state in
            for endpoint in endpoints where state.known.insert(endpoint).inserted {
                state.pending.append(endpoint)
            }
        }
        changed.send()
    }

    func finish() {
        state.withLock { $0.isFinished = true }
        changed.send()
    }

    func next() async -> Endpoint? {
        while !Task.isCancelled {
            let (endpoint, isFinished) = state.withLock { state -> (Endpoint?, Bool) in
                guard !state.pending.isEmpty else { return (nil, state.isFinished) }
                let endpoint = state.pending.removeFirst()
                state.known.remove(endpoint)
                return (endpoint, false)
            }
            if let endpoint { return endpoint }
            if isFinished { return nil }
            await changed.wait()
        }
        return nil
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What happened, in order, written by the code under test and awaited by the test.
public final class Journal<Entry: Sendable>: Sendable {
    private struct Waiter {
        let id: Int
        let condition: @Sendable ([Entry]) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var entries: [Entry] = []
        var waiters: [Waiter] = []
        var nextID = 0
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Creates an empty journal.
    public init() {}

    /// All entries so far.
    public var entries: [Entry] {
        state.withLock { $0.entries }
    }

    /// The number of entries so far.
    public var count: Int {
        state.withLock { $0.entries.count }
    }

    /// Adds an entry and wakes those whose condition now holds.
    public func append(_ entry: Entry) {
        let ready = state.withLock { state -> [Waiter] in
            state.entries.append(entry)
            let ready = state.waiters.filter { $0.condition(state.entries) }
            let ids = Set(ready.map(\.id))
            state.waiters.removeAll { ids.contains($0.id) }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    /// Waits until there are at least so many entries, and returns all of them.
    ///
    /// - Throws: `DeadlineExceeded` when that takes longer than the limit.
    @discardableResult
    public func wait(
        count: Int,
        within limit: Duration = .seconds(20)
    ) async throws -> [Entry] {
        try await wait("\(count) entries", within: limit) { $0.count >= count }
    }

    /// Waits until the entries satisfy a condition, and returns them.
    ///
    /// - Throws: `DeadlineExceeded` when that takes longer than the limit.
    @discardableResult
    public func wait(
        _ what: String = "entries",
        within limit: Duration = .seconds(20),
        until condition: @escaping @Sendable ([Entry]) -> Bool
    ) async throws -> [Entry] {
        try await withDeadline(limit, what) {
            await self.suspend(until: condition)
            try Task.checkCancellation()
            return self.entries
        }
    }

    private func suspend(until condition: @escaping @Sendable ([Entry]) -> Bool) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let done = state.withLock { state -> Bool in
                    if state.cancelled.remove(id) != nil || condition(state.entries) { return true }
                    state.waiters.append(Waiter(id: id, condition: condition, continuation: continuation))
                    return false
                }
                if done { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume()
        }
        _ = state.withLock { $0.cancelled.remove(id) }
    }
}

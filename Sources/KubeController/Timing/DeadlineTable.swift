// Grantor
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import KubeCore
import Synchronization

/// Many short waits for one and the same distant deadline, with one timer for all of them.
///
/// Nearly every reconcile ends long before its deadline. A timer of its own for each would stay in the system's table
/// until it fires, thousands of them; here a wait that is over leaves nothing behind.
final class DeadlineTable: Sendable {
    private struct State {
        var nextID = 0
        var order: Deque<(id: Int, due: Duration)> = []
        var waiters: [Int: CheckedContinuation<Bool, Never>] = [:]

        /// The next deadline somebody waits for; those that nobody waits for any more are dropped.
        mutating func earliest() -> Duration? {
            while let first = order.first, waiters[first.id] == nil { order.removeFirst() }
            return order.first?.due
        }
    }

    private let timeline: Timeline
    private let distance: Duration
    private let state = Mutex(State())
    private let changed = Signal()

    /// Creates a table.
    ///
    /// - Parameters:
    ///   - distance: How far each deadline is from the start of its wait.
    ///   - timeline: What that is measured by.
    init(distance: Duration, timeline: Timeline) {
        self.distance = distance
        self.timeline = timeline
    }

    /// The number of waits.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Waits until the deadline is passed or the task is cancelled.
    ///
    /// - Returns: Whether the deadline is passed.
    func wait() async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let due = timeline.now + distance
                let (isCancelled, isFirst) = state.withLock { state -> (Bool, Bool) in
                    if Task.isCancelled { return (true, false) }
                    let isFirst = state.waiters.isEmpty
                    state.order.append((id, due))
                    state.waiters[id] = continuation
                    return (false, isFirst)
                }
                if isCancelled { continuation.resume(returning: false) }
                if isFirst { changed.send() }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.resume(returning: false)
        }
    }

    /// Keeps the time until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            guard let due = state.withLock({ $0.earliest() }) else {
                await changed.wait()
                continue
            }
            try? await timeline.sleep(until: due)
            let now = timeline.now
            let late = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
                var late: [CheckedContinuation<Bool, Never>] = []
                while let earliest = state.earliest(), earliest <= now {
                    if let first = state.order.popFirst(), let waiter = state.waiters.removeValue(forKey: first.id) {
                        late.append(waiter)
                    }
                }
                return late
            }
            for waiter in late { waiter.resume(returning: true) }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Wakes the one task that waits; a signal that nobody waits for is kept, several count as one.
///
/// For the loop of a service, which looks at its state again whenever it wakes. An `AsyncStream` cannot do this: it
/// ends for good when one wait is cancelled.
public final class Signal: Sendable {
    private enum State {
        /// Nothing was sent and nobody waits.
        case idle
        /// Sent; the next wait returns at once and makes it idle.
        case sent
        /// Somebody waits; a signal or cancellation makes it idle.
        case waiting(CheckedContinuation<Void, Never>)

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            guard case .waiting(let continuation) = self else { return nil }
            self = .idle
            return continuation
        }
    }

    private let state = Mutex(State.idle)

    /// Creates a signal that was not sent.
    public init() {}

    /// Wakes who waits, or lets the next wait return at once.
    public func send() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if let waiter = state.takeWaiter() { return waiter }
            state = .sent
            return nil
        }
        waiter?.resume()
    }

    /// Waits for a signal or for the cancellation of the task.
    ///
    /// Cancellation uses up no signal. One task at a time may wait; a second one wakes the first.
    public func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { enter($0)?.resume() }
        } onCancel: {
            state.withLock { $0.takeWaiter() }?.resume()
        }
    }

    /// Waits for a signal, for a point of a time line or for the cancellation of the task, whichever comes first.
    ///
    /// - Parameters:
    ///   - due: The point of the time line; without one, time does not end the wait.
    ///   - timeline: What the point belongs to.
    public func wait(until due: Duration?, on timeline: Timeline) async {
        guard let due else { return await wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await timeline.sleep(until: due) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Lets a task wait, and returns who is to wake at once: that task itself, or the one that waited before.
    private func enter(_ continuation: CheckedContinuation<Void, Never>) -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            // A task that was cancelled before it came here has had its handler run, which found nobody.
            if Task.isCancelled { return continuation }
            if case .sent = state {
                state = .idle
                return continuation
            }
            let former = state.takeWaiter()
            state = .waiting(continuation)
            return former
        }
    }
}

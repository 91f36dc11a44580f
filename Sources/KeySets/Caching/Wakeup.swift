// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A signal for one waiter: raised any number of times before it is waited for, it wakes once.
///
/// `AsyncStream` cannot do this: it ends for good when one wait is cancelled.
final class Wakeup: Sendable {
    private enum State {
        /// Not raised, nobody waits.
        case idle
        /// Raised; the next wait returns at once.
        case raised
        /// Somebody waits.
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    /// Wakes the waiter, or the next one.
    func raise() {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .waiting(let continuation) = state else {
                state = .raised
                return nil
            }
            state = .idle
            return continuation
        }
        continuation?.resume()
    }

    /// Waits until the signal is raised or the task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state -> Bool in
                    if case .raised = state {
                        state = .idle
                        return true
                    }
                    if Task.isCancelled { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard case .waiting(let continuation) = state else { return nil }
                state = .idle
                return continuation
            }
            continuation?.resume()
        }
    }
}

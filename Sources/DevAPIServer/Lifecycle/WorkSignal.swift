// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Wakes one waiting task; a signal that nobody waits for is kept, several count as one.
final class WorkSignal: Sendable {
    private struct State {
        var isPending = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Wakes the waiting task, or the next one that waits.
    func signal() {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter.take() else {
                state.isPending = true
                return CheckedContinuation<Void, Never>?.none
            }
            return waiter
        }
        waiter?.resume()
    }

    /// Waits for a signal; returns at once when the task is cancelled.
    ///
    /// One task at a time may wait.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isPending || Task.isCancelled {
                        state.isPending = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Wakes one waiter; signals that nobody waits for are kept, but only one.
final class Signal: Sendable {
    private enum State {
        case idle
        case signalled
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    /// Wakes the waiter, or lets the next wait return at once.
    func send() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .waiting(let continuation) = state else {
                state = .signalled
                return nil
            }
            state = .idle
            return continuation
        }
        waiter?.resume()
    }

    /// Waits for a signal, or for the cancellation of the task; only one task may wait at a time.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state -> Bool in
                    guard case .idle = state else {
                        state = .idle
                        return true
                    }
                    state = .waiting(continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            // A signal too many wakes a loop that looks again; one too few would hang it.
            send()
        }
    }

    /// Waits for a signal, for a point of a time line, or for the cancellation of the task, whichever comes first.
    func wait(until due: Duration?, on timeline: Timeline) async {
        guard let due else { return await wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await timeline.sleep(until: due) }
            await group.next()
            group.cancelAll()
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A value that many wait for and one supplies, once.
final class Pending<Value: Sendable>: Sendable {
    private enum State {
        case waiting([Int: CheckedContinuation<Value, any Error>], next: Int)
        case ready(Value)
        case ended
    }

    private let state = Mutex<State>(.waiting([:], next: 0))

    /// The value; waits until it is there.
    ///
    /// - Throws: `ProviderError` with the code `notRunning` when there will be none, or `CancellationError`.
    var value: Value {
        get async throws {
            if case .ready(let value) = state.withLock({ $0 }) { return value }
            let id = state.withLock { state in
                guard case .waiting(let waiters, let next) = state else { return -1 }
                state = .waiting(waiters, next: next + 1)
                return next
            }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { enqueue($0, id: id) }
            } onCancel: {
                take(id)?.resume(throwing: CancellationError())
            }
        }
    }

    /// Supplies the value and wakes everybody; without effect when it was supplied before.
    func fulfil(_ value: Value) {
        let waiters = state.withLock { state in
            guard case .waiting(let waiters, _) = state else { return [Int: CheckedContinuation<Value, any Error>]() }
            state = .ready(value)
            return waiters
        }
        for waiter in waiters.values { waiter.resume(returning: value) }
    }

    /// Declares that there is no value any more; those who wait get an error, and so do all who come later.
    func end() {
        let waiters = state.withLock { state in
            defer { state = .ended }
            if case .waiting(let waiters, _) = state { return waiters }
            return [:]
        }
        for waiter in waiters.values { waiter.resume(throwing: Self.notRunning) }
    }

    private func enqueue(_ waiter: CheckedContinuation<Value, any Error>, id: Int) {
        // Cancellation may have come before the waiter was in the table, so it is looked at under the same lock.
        let outcome: Result<Value, any Error>? = state.withLock { state in
            switch state {
            case .ready(let value): return .success(value)
            case .ended: return .failure(Self.notRunning)
            case .waiting(var waiters, let next):
                if Task.isCancelled { return .failure(CancellationError()) }
                waiters[id] = waiter
                state = .waiting(waiters, next: next)
                return nil
            }
        }
        if let outcome { waiter.resume(with: outcome) }
    }

    private func take(_ id: Int) -> CheckedContinuation<Value, any Error>? {
        state.withLock { state in
            guard case .waiting(var waiters, let next) = state else { return nil }
            let waiter = waiters.removeValue(forKey: id)
            state = .waiting(waiters, next: next)
            return waiter
        }
    }

    private static var notRunning: ProviderError {
        ProviderError(.notRunning, "cannot reach the development identity provider: it is not running")
    }
}

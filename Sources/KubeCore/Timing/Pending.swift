// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A value that many wait for and one supplies, such as the address that a server listens on.
public final class Pending<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value, any Error>

    private enum State {
        /// There is no value yet; goes on to either of the others.
        case waiting([Int: Waiter], nextID: Int)
        /// The value is there; goes on to `ended`.
        case ready(Value)
        /// There will be no value, or none any more.
        case ended(any Error)
    }

    private let state = Mutex(State.waiting([:], nextID: 0))

    /// Creates a value that is not there yet.
    public init() {}

    /// The value, while there is one.
    public var current: Value? {
        state.withLock { if case .ready(let value) = $0 { value } else { nil } }
    }

    /// The value; waits until it is there.
    ///
    /// - Throws: What `end(_:)` was told, or `CancellationError`.
    public var value: Value {
        get async throws {
            let id: Int? = state.withLock { state in
                guard case .waiting(let waiters, let id) = state else { return nil }
                state = .waiting(waiters, nextID: id + 1)
                return id
            }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { enter($0, id: id) }
            } onCancel: {
                if let id { take(id)?.resume(throwing: CancellationError()) }
            }
        }
    }

    /// Supplies the value and wakes everybody; without effect unless it is waited for.
    public func fulfil(_ value: Value) {
        let waiters = state.withLock { state -> [Waiter] in
            guard case .waiting(let waiters, _) = state else { return [] }
            state = .ready(value)
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// Declares that there is no value, or none any more; whoever waits or comes later gets the error.
    public func end(_ error: any Error) {
        let waiters = state.withLock { state -> [Waiter] in
            defer { state = .ended(error) }
            guard case .waiting(let waiters, _) = state else { return [] }
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(throwing: error) }
    }

    private func enter(_ waiter: Waiter, id: Int?) {
        let outcome: Result<Value, any Error>? = state.withLock { state in
            switch state {
            case .ready(let value): return .success(value)
            case .ended(let error): return .failure(error)
            case .waiting(var waiters, let nextID):
                // Cancelled before it came here: the handler ran already and found nobody.
                guard let id, !Task.isCancelled else { return .failure(CancellationError()) }
                waiters[id] = waiter
                state = .waiting(waiters, nextID: nextID)
                return nil
            }
        }
        if let outcome { waiter.resume(with: outcome) }
    }

    private func take(_ id: Int) -> Waiter? {
        state.withLock { state in
            guard case .waiting(var waiters, let nextID) = state else { return nil }
            defer { state = .waiting(waiters, nextID: nextID) }
            return waiters.removeValue(forKey: id)
        }
    }
}

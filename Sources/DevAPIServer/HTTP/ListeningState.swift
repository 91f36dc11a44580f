// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Who waits for the server to listen, and what came of it.
final class ListeningState: Sendable {
    private typealias Waiter = CheckedContinuation<ListeningAddress, any Error>

    private enum State {
        /// Not listening yet; goes on to either of the others.
        case starting(waiters: [Int: Waiter], nextID: Int)
        /// Listening; goes on to `ended`.
        case listening(ListeningAddress)
        /// Could not listen, or has ended.
        case ended(any Error)
    }

    private let state = Mutex(State.starting(waiters: [:], nextID: 0))

    /// The address, once there is one.
    var current: ListeningAddress? {
        state.withLock { if case .listening(let address) = $0 { address } else { nil } }
    }

    /// The address; suspends until there is one.
    ///
    /// - Throws: What the server failed with, or `CancellationError`.
    func address() async throws -> ListeningAddress {
        let id: Int? = state.withLock { state in
            guard case .starting(let waiters, let id) = state else { return nil }
            state = .starting(waiters: waiters, nextID: id + 1)
            return id
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(id: id, continuation)
            }
        } onCancel: {
            if let id { cancel(id: id) }
        }
    }

    /// Tells everybody that the server listens.
    func succeed(_ address: ListeningAddress) {
        for waiter in leaveStarting(for: .listening(address)) { waiter.resume(returning: address) }
    }

    /// Tells everybody that the server cannot listen, or has ended.
    func fail(_ error: any Error) {
        for waiter in leaveStarting(for: .ended(error)) { waiter.resume(throwing: error) }
    }

    private func enter(id: Int?, _ continuation: Waiter) {
        let answer: Result<ListeningAddress, any Error>? = state.withLock { state in
            switch state {
            case .listening(let address): return .success(address)
            case .ended(let error): return .failure(error)
            case .starting(var waiters, let nextID):
                // Cancelled before it came here: the handler ran already and found nobody.
                guard let id, !Task.isCancelled else { return .failure(CancellationError()) }
                waiters[id] = continuation
                state = .starting(waiters: waiters, nextID: nextID)
                return nil
            }
        }
        if let answer { continuation.resume(with: answer) }
    }

    private func cancel(id: Int) {
        let waiter: Waiter? = state.withLock { state in
            guard case .starting(var waiters, let nextID) = state else { return nil }
            let waiter = waiters.removeValue(forKey: id)
            state = .starting(waiters: waiters, nextID: nextID)
            return waiter
        }
        waiter?.resume(throwing: CancellationError())
    }

    private func leaveStarting(for next: State) -> [Waiter] {
        state.withLock { state in
            defer { state = next }
            return if case .starting(let waiters, _) = state { Array(waiters.values) } else { [] }
        }
    }
}

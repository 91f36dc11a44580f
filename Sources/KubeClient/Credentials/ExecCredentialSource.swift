// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Synchronization

/// The credentials that a plugin hands out, one run at a time for all who ask.
///
/// Whoever finds that a run is due does it in its own task, and the others wait. When that one is cancelled, one of
/// those who wait takes over; when a waiting one is cancelled, nobody else notices.
final class ExecCredentialSource: Sendable {
    private let command: ExecCommand
    private let now: @Sendable () -> Date
    private let state = Mutex(ExecCredentialStateMachine())

    /// Creates a source whose plugin has not run yet.
    init(_ command: ExecCommand, now: @escaping @Sendable () -> Date) {
        self.command = command
        self.now = now
    }

    /// The credential for the next request.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable`, or `CancellationError`.
    func current() async throws -> Credential {
        while true {
            switch state.withLock({ $0.request(at: now()) }) {
            case .use(let credential): return credential
            case .run: return try await run()
            case .wait(let id):
                if let credential = try await wait(id) { return credential }
            }
        }
    }

    /// Another credential in the place of one that the server refused; `nil` when a run would be too soon.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable`, or `CancellationError`.
    func replacement(for rejected: Credential) async throws -> Credential? {
        guard state.withLock({ $0.reject(serial: rejected.serial, at: now()) }) else { return nil }
        return try await current()
    }

    private func run() async throws -> Credential {
        do {
            let credential = try await command.run()
            let (stored, waiters) = state.withLock { $0.finish(credential, at: now()) }
            for waiter in waiters { waiter.resume(returning: stored) }
            return stored
        } catch let error as KubeError {
            let (kept, waiters) = state.withLock { $0.fail(at: now()) }
            guard let kept else {
                for waiter in waiters { waiter.resume(throwing: error) }
                throw error
            }
            for waiter in waiters { waiter.resume(returning: kept) }
            return kept
        } catch {
            let waiters = state.withLock { $0.abandon() }
            for waiter in waiters { waiter.resume(returning: nil) }
            throw error
        }
    }

    private func wait(_ id: UInt64) async throws -> Credential? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard let answer = state.withLock({ $0.register(id, continuation) }) else { return }
                continuation.resume(with: answer)
            }
        } onCancel: {
            state.withLock { $0.cancel(id) }?.resume(throwing: CancellationError())
        }
    }
}

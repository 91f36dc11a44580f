// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Who runs a credential plugin, and when.
struct ExecCredentialStateMachine {
    /// Somebody who waits; `nil` tells to ask again.
    typealias Waiter = CheckedContinuation<Credential?, any Error>

    /// What to do about a request for a credential.
    enum Decision {
        /// Use this one.
        case use(Credential)
        /// Run the plugin, then call `finish`, `fail` or `abandon`.
        case run
        /// Wait for the one who runs it, under this number.
        case wait(UInt64)
    }

    /// How long before its end a credential is replaced, at most.
    private static let leeway: TimeInterval = 30
    /// How long after a run one that the server refused may cause another.
    private static let coolDown: TimeInterval = 10

    private var current: Credential?
    private var refreshAt: Date?
    private var lastRun: Date?
    private var serial = 0
    private var isRunning = false
    private var waiters: [UInt64: Waiter] = [:]
    private var expected: Set<UInt64> = []
    private var nextID: UInt64 = 0

    /// Asks for a credential.
    mutating func request(at now: Date) -> Decision {
        if let current, !isDue(at: now) { return .use(current) }
        guard isRunning else {
            isRunning = true
            return .run
        }
        nextID += 1
        expected.insert(nextID)
        return .wait(nextID)
    }

    /// Takes in the continuation of somebody who was told to wait; an answer when there is nothing to wait for.
    mutating func register(_ id: UInt64, _ waiter: Waiter) -> Result<Credential?, any Error>? {
        guard expected.remove(id) != nil else { return .failure(CancellationError()) }
        guard isRunning else { return .success(nil) }
        waiters[id] = waiter
        return nil
    }

    /// Takes out somebody who waits no longer.
    mutating func cancel(_ id: UInt64) -> Waiter? {
        expected.remove(id)
        return waiters.removeValue(forKey: id)
    }

    /// Takes in what the plugin handed out.
    mutating func finish(_ credential: Credential, at now: Date) -> (Credential, [Waiter]) {
        serial += 1
        var credential = credential
        credential.serial = serial
        current = credential
        lastRun = now
        // One that lives shorter than the leeway must not be replaced at once, for ever.
        refreshAt = credential.expiresAt.map { end in
            end.addingTimeInterval(-min(Self.leeway, max(0, end.timeIntervalSince(now)) / 10))
        }
        return (credential, stopRunning())
    }

    /// Takes in that the plugin failed; an earlier credential serves on until its end.
    mutating func fail(at now: Date) -> (Credential?, [Waiter]) {
        lastRun = now
        if let end = current?.expiresAt, now < end {
            refreshAt = min(end, now.addingTimeInterval(Self.coolDown))
        } else {
            current = nil
        }
        return (current, stopRunning())
    }

    /// Takes in that whoever ran the plugin was cancelled.
    mutating func abandon() -> [Waiter] {
        stopRunning()
    }

    /// Takes in that the server refused a credential.
    ///
    /// - Returns: Whether asking again gives another one.
    mutating func reject(serial rejected: Int, at now: Date) -> Bool {
        guard let current, current.serial == rejected else { return true }
        if let lastRun, abs(now.timeIntervalSince(lastRun)) < Self.coolDown { return false }
        self.current = nil
        return true
    }

    private func isDue(at now: Date) -> Bool {
        refreshAt.map { now >= $0 } ?? false
    }

    private mutating func stopRunning() -> [Waiter] {
        isRunning = false
        defer { waiters = [:] }
        return Array(waiters.values)
    }
}

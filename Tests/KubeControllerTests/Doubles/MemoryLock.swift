// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Synchronization
import TestKit

@testable import KubeController

/// A lease in memory, shared by electors of a test.
final class MemoryLock: LeaseLock {
    private struct State {
        var record: LeaseRecord?
        var version = 0
        var failure: KubeError.Code?
        var hangs = false
    }

    /// The records that were written, in order.
    let history = Journal<LeaseRecord>()
    private let state = Mutex(State())
    private let isWatched: Bool

    init(isWatched: Bool = true) {
        self.isWatched = isWatched
    }

    /// How every request fails; `nil` when they do not.
    var failure: KubeError.Code? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }

    /// Whether requests never end.
    var hangs: Bool {
        get { state.withLock { $0.hangs } }
        set { state.withLock { $0.hangs = newValue } }
    }

    /// What stands in the lease.
    var record: LeaseRecord? { state.withLock { $0.record } }

    /// Writes as somebody else would.
    func overwrite(_ change: (inout LeaseRecord) -> Void) {
        let record = state.withLock { state -> LeaseRecord? in
            guard var record = state.record else { return nil }
            change(&record)
            state.record = record
            state.version += 1
            return record
        }
        if let record { history.append(record) }
    }

    func read() async throws -> Lease? {
        try await pass()
        return try state.withLock { try lease($0) }
    }

    func create(_ record: LeaseRecord) async throws -> Lease {
        try await write(record, at: nil)
    }

    func update(_ lease: Lease, to record: LeaseRecord) async throws -> Lease {
        try await write(record, at: lease.resourceVersion)
    }

    func follow(_ receive: @escaping @Sendable (Lease?) async -> Void) async {
        guard isWatched else { return }
        var seen = 0
        while !Task.isCancelled {
            _ = try? await history.wait(count: seen + 1, within: .seconds(60))
            seen = history.count
            await receive(try? state.withLock { try lease($0) })
        }
    }

    private func pass() async throws {
        let (failure, hangs) = state.withLock { ($0.failure, $0.hangs) }
        if hangs {
            await Signal().wait()
            throw CancellationError()
        }
        if let failure { throw KubeError(failure, "cannot do it") }
    }

    private func write(_ record: LeaseRecord, at version: String?) async throws -> Lease {
        try await pass()
        let written = try state.withLock { state -> Lease? in
            guard version == (state.record == nil ? nil : String(state.version)) else {
                throw KubeError(.conflict, "cannot write: it changed")
            }
            state.record = record
            state.version += 1
            return try lease(state)
        }
        history.append(record)
        guard let written else { throw KubeError(.unknown, "cannot happen") }
        return written
    }

    private func lease(_ state: State) throws -> Lease? {
        guard let record = state.record else { return nil }
        var object = Lease.object(NamespacedName(namespace: "n", name: "l"), record)
        object["metadata"]?["resourceVersion"] = .string(String(state.version))
        return try Lease(json: object)
    }
}

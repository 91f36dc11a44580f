// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore
import ServiceLifecycle

/// Carries a plan out: revocations first, then changes, then new grants, several at a time within each step.
struct GrantWriter: Sendable {
    /// What was written.
    struct Result: Sendable {
        /// The users who are granted now and were not before.
        var granted: [String] = []
        /// The users who are no longer granted.
        var revoked: [String] = []
        /// How many grants were put back or brought up to date.
        var updated = 0
        /// How many grants turned out to be there already, as they should be.
        var present = 0
        /// Grants that turned out to be somebody else's, by name.
        var foreign: [String] = []
        /// The failures; one bad grant holds up no other.
        var failures: [KubeError] = []
        /// Whether the rest was left to whoever runs next, because this process is to end.
        var isInterrupted = false
    }

    /// One finished write.
    private enum Outcome: Sendable {
        case granted(String)
        case revoked(String)
        case updated
        case present
        case foreign(String)
        case unchanged
        case failed(KubeError)
    }

    /// How many writes of one AppInstance are under way at a time.
    static let concurrency = 8

    let client: KubeClient
    let stores: OperatorStores
    let owner: InstanceIdentity

    /// Carries a plan out.
    ///
    /// A failure that says nothing about the single grant (forbidden, unreachable) ends it: ten thousand more of the
    /// same would only be a burden.
    ///
    /// - Throws: `CancellationError`; failures are in the result.
    func write(_ plan: GrantPlan) async throws -> Result {
        var result = Result()
        guard try await run(plan.deletions, into: &result, { try await delete($0) }),
            try await run(plan.updates, into: &result, { try await update($0) })
        else { return result }
        _ = try await run(plan.creations, into: &result) { try await create($0) }
        return result
    }

    // MARK: - Several at a time

    private func run<Item: Sendable>(
        _ items: [Item],
        into result: inout Result,
        _ body: @Sendable @escaping (Item) async throws -> Outcome
    ) async throws -> Bool {
        if items.count == 1, let item = items.first {
            return record(try await Self.attempt(item, body), in: &result)
        }
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            var rest = items[...]
            for item in rest.prefix(Self.concurrency) {
                group.addTask { try await Self.attempt(item, body) }
            }
            rest = rest.dropFirst(Self.concurrency)
            var goesOn = true
            while let outcome = try await group.next() {
                if !record(outcome, in: &result) { goesOn = false }
                // A replica that stands by waits for this one: what is under way ends, and nothing more begins.
                if Task.isShuttingDownGracefully, !rest.isEmpty {
                    result.isInterrupted = true
                    goesOn = false
                }
                if goesOn, let item = rest.popFirst() {
                    group.addTask { try await Self.attempt(item, body) }
                }
            }
            return goesOn
        }
    }

    private static func attempt<Item: Sendable>(
        _ item: Item,
        _ body: @Sendable (Item) async throws -> Outcome
    ) async throws -> Outcome {
        do {
            return try await body(item)
        } catch let error as KubeError {
            return .failed(error)
        }
    }

    /// Notes an outcome; returns whether it is worth while to go on with the others.
    private func record(_ outcome: Outcome, in result: inout Result) -> Bool {
        switch outcome {
        case .granted(let user): result.granted.append(user)
        case .revoked(let user): result.revoked.append(user)
        case .updated: result.updated += 1
        case .present: result.present += 1
        case .foreign(let name): result.foreign.append(name)
        case .unchanged: break
        case .failed(let error):
            result.failures.append(error)
            return Self.concernsOneObject(error.code)
        }
        return true
    }

    /// Whether a failure says nothing of other objects.
    static func concernsOneObject(_ code: KubeError.Code) -> Bool {
        switch code {
        case .invalid, .badRequest, .conflict, .alreadyExists, .notFound, .expired, .tooLarge: true
        default: false
        }
    }

    // MARK: - Single writes

    private func delete(_ deletion: GrantPlan.Deletion) async throws -> Outcome {
        do {
            // The identity keeps a grant that was made anew in between.
            let options = DeleteOptions(uid: deletion.uid)
            let found = try await client.delete(.adminGrants, name(deletion.name), options: options)
            return found ? .revoked(deletion.userID) : .unchanged
        } catch let error as KubeError where error.code == .conflict {
            // It was made anew; the watch tells of that one.
            return .unchanged
        }
    }

    private func create(_ write: GrantPlan.Write) async throws -> Outcome {
        do {
            observe(try await client.create(.adminGrants, write.object))
            return .granted(write.userID)
        } catch let error as KubeError where error.code == .alreadyExists {
            // The watch is behind, or somebody else was faster.
            guard let live = try await client.get(.adminGrants, name(write.name)) else { throw error }
            observe(live)
            let record = try GrantRecord(json: live)
            if !GrantPlanner.isOurs(record, of: write.userID, owner: owner) { return .foreign(write.name) }
            if record.isDeleting { return .unchanged }
            return record.fingerprint == write.fingerprint ? .present : try await update(write)
        }
    }

    private func update(_ write: GrantPlan.Write) async throws -> Outcome {
        let restoration = Restoration(client: client, type: .adminGrants) { GrantContent.fingerprint(of: $0) }
        do {
            observe(try await restoration.restore(name(write.name), to: write.object, write.fingerprint))
        } catch let error as KubeError where error.code == .invalid {
            // A field that cannot be changed differs: only a new grant can say what is right.
            try await client.delete(.adminGrants, name(write.name))
            observe(try await client.create(.adminGrants, write.object))
        }
        return .updated
    }

    private func name(_ grant: String) -> NamespacedName {
        NamespacedName(namespace: owner.namespace, name: grant)
    }

    private func observe(_ object: JSONValue) {
        if let written = Observed(json: object, decode: { try GrantRecord(json: $0) }) {
            stores.grants.observeWrite(written)
        }
    }
}

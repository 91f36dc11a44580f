// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore

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
        /// The failures, by code; work goes on after one, so that one bad grant holds up no other.
        var failures: [KubeError] = []
    }

    /// One finished write.
    private enum Outcome: Sendable {
        case granted(String)
        case revoked(String)
        case updated
        case unchanged
        case failed(KubeError)
    }

    /// How many writes of one AppInstance are under way at a time.
    static let concurrency = 8

    let client: KubeClient
    let stores: OperatorStores

    /// Carries a plan out.
    ///
    /// - Throws: `CancellationError`; failures are in the result.
    func write(_ plan: GrantPlan, namespace: String?) async throws -> Result {
        var result = Result()
        try await run(plan.deletions, into: &result) { try await delete($0, namespace: namespace) }
        try await run(plan.updates, into: &result) { try await update($0, namespace: namespace) }
        try await run(plan.creations, into: &result) { try await create($0, namespace: namespace) }
        return result
    }

    private func run<Item: Sendable>(
        _ items: [Item],
        into result: inout Result,
        _ body: @Sendable @escaping (Item) async throws -> Outcome
    ) async throws {
        if items.count == 1, let item = items.first {
            record(try await Self.attempt(item, body), in: &result)
            return
        }
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var rest = items[...]
            for item in rest.prefix(Self.concurrency) {
                group.addTask { try await Self.attempt(item, body) }
            }
            rest = rest.dropFirst(Self.concurrency)
            while let outcome = try await group.next() {
                record(outcome, in: &result)
                if let item = rest.popFirst() {
                    group.addTask { try await Self.attempt(item, body) }
                }
            }
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

    private func record(_ outcome: Outcome, in result: inout Result) {
        switch outcome {
        case .granted(let user): result.granted.append(user)
        case .revoked(let user): result.revoked.append(user)
        case .updated: result.updated += 1
        case .unchanged: break
        case .failed(let error): result.failures.append(error)
        }
    }

    private func delete(_ deletion: GrantPlan.Deletion, namespace: String?) async throws -> Outcome {
        let name = NamespacedName(namespace: namespace, name: deletion.name)
        // The identity keeps a grant that was made anew in between.
        let found = try await client.delete(.adminGrants, name, options: DeleteOptions(uid: deletion.uid))
        return found ? .revoked(deletion.userID) : .unchanged
    }

    private func create(_ write: GrantPlan.Write, namespace: String?) async throws -> Outcome {
        do {
            observe(try await client.create(.adminGrants, write.object))
            return .granted(write.userID)
        } catch let error as KubeError where error.code == .alreadyExists {
            // The watch is behind; the next reconcile sees it and compares.
            return .failed(error)
        }
    }

    private func update(_ write: GrantPlan.Write, namespace: String?) async throws -> Outcome {
        let name = NamespacedName(namespace: namespace, name: write.name)
        do {
            observe(try await client.patch(.adminGrants, name, .apply(write.object, force: true)))
        } catch let error as KubeError where error.code == .invalid {
            // A field that cannot be changed differs: only a new grant can say what is right.
            try await client.delete(.adminGrants, name)
            observe(try await client.create(.adminGrants, write.object))
        }
        return .updated
    }

    private func observe(_ object: JSONValue) {
        if let written = Observed(json: object, decode: { try GrantRecord(json: $0) }) {
            stores.grants.observeWrite(written)
        }
    }
}

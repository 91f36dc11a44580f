// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import KubeClient
import KubeCore
import ServiceLifecycleTestKit
import TestKit
import Testing

@testable import AdminGrants

/// What becomes of a plan on an API server that is ahead of it, or refuses.
struct GrantWriterTests {
    private static func forbidden(_ attempt: RequestAttempt) -> Status {
        attempt.forbidden(to: "system:serviceaccount:grantor:grantor")
    }

    // MARK: - The process is to end

    @Test func `what is under way ends, and nothing more begins`() async throws {
        try await GrantRig.run { rig in
            let plan = rig.plan((0..<40).map { rig.user("user-\($0)") })
            let result = try await testGracefulShutdown { trigger in
                trigger.triggerGracefulShutdown()
                return try await rig.write(plan)
            }
            #expect(result.isInterrupted)
            #expect(result.granted.count == GrantWriter.concurrency)
            #expect(try await rig.objects().count == GrantWriter.concurrency)
            let rest = try await rig.write(plan)
            #expect(!rest.isInterrupted)
            #expect(rest.granted.count == 40 - GrantWriter.concurrency)
        }
    }

    // MARK: - Somebody was faster

    @Test func `a grant that is there already, as it should be, is taken for what it is`() async throws {
        try await GrantRig.run { rig in
            let plan = rig.plan([rig.user("a"), rig.user("b")])
            let first = try await rig.write(plan)
            #expect(Set(first.granted) == ["a", "b"])
            let before = try await rig.objects()
            rig.obey()
            let second = try await rig.write(plan)
            #expect(second.granted.isEmpty && second.failures.isEmpty && second.foreign.isEmpty)
            #expect(second.present == 2)
            #expect(try await rig.objects() == before)
            #expect(Set(rig.attempts.entries) == ["create", "get", "list"])
        }
    }

    @Test func `a grant that is there with other content is brought up to date`() async throws {
        try await GrantRig.run { rig in
            _ = try await rig.write(rig.plan([rig.user("a", email: "old@example.com")]))
            let result = try await rig.write(rig.plan([rig.user("a", email: "new@example.com")]))
            #expect(result.updated == 1)
            #expect(result.granted.isEmpty && result.failures.isEmpty)
            #expect(try await rig.objects().map { $0["spec"]?["email"] } == ["new@example.com"])
        }
    }

    @Test func `a grant of that name that is not ours is named and left alone`() async throws {
        try await GrantRig.run { rig in
            var stranger = rig.plan([rig.user("a")]).creations[0].object
            stranger["metadata"]?["labels"] = nil
            stranger["metadata"]?["ownerReferences"] = nil
            stranger["spec"]?["userID"] = "somebody-else"
            _ = try await rig.client.create(.adminGrants, stranger)
            let before = try await rig.objects()
            let result = try await rig.write(rig.plan([rig.user("a"), rig.user("b")]))
            #expect(result.foreign == [rig.name("a").name])
            #expect(result.granted == ["b"])
            #expect(try await rig.objects().contains(before[0]))
        }
    }

    @Test func `a grant that is on its way out counts for nothing until it is gone`() async throws {
        try await GrantRig.run { rig in
            let plan = rig.plan([rig.user("a")])
            _ = try await rig.write(plan)
            let hold: JSONValue = ["metadata": ["finalizers": ["example.dev/hold"]]]
            _ = try await rig.client.patch(.adminGrants, rig.name("a"), .merge(hold))
            try await rig.client.delete(.adminGrants, rig.name("a"))
            let result = try await rig.write(plan)
            #expect(result.granted.isEmpty && result.present == 0 && result.updated == 0)
            #expect(result.failures.isEmpty)
        }
    }

    @Test func `a grant that is gone again when it is looked at is a failure to try anew`() async throws {
        try await GrantRig.run { rig in
            let plan = rig.plan([rig.user("a")])
            _ = try await rig.write(plan)
            rig.obey { attempt, _ in
                let gone = Status(
                    code: 404,
                    reason: "NotFound",
                    message: "gone",
                    name: attempt.name ?? "",
                    group: attempt.group,
                    kind: attempt.resource
                )
                return attempt.verb == "get" ? gone : nil
            }
            let result = try await rig.write(plan)
            #expect(result.failures.map(\.code) == [.alreadyExists])
            let outcome = GrantOutcome(plan, result)
            #expect(outcome.failure?.reason == .writeFailed)
        }
    }

    @Test func `a grant made anew after the plan is not the one to be deleted`() async throws {
        try await GrantRig.run { rig in
            _ = try await rig.write(rig.plan([rig.user("a")]))
            let plan = rig.plan([], knowing: try await rig.records())
            #expect(plan.deletions.count == 1)
            try await rig.client.delete(.adminGrants, rig.name("a"))
            _ = try await rig.write(rig.plan([rig.user("a")]))
            let result = try await rig.write(plan)
            #expect(result.revoked.isEmpty && result.failures.isEmpty)
            #expect(try await rig.records().map(\.userID) == ["a"])
            // One that is gone altogether is revoked by somebody else, and told by nobody.
            try await rig.client.delete(.adminGrants, rig.name("a"))
            #expect(try await rig.write(plan).revoked.isEmpty)
        }
    }

    // MARK: - The API server refuses

    @Test func `revocations come first, then changes, then new grants`() async throws {
        try await GrantRig.run { rig in
            let old = (0..<12).map { rig.user("old-\($0)") } + (0..<12).map { rig.user("same-\($0)") }
            _ = try await rig.write(rig.plan(old))
            let wanted =
                (0..<12).map { rig.user("same-\($0)", email: "moved@example.com") }
                + (0..<12).map { rig.user("new-\($0)") }
            let plan = rig.plan(wanted, knowing: try await rig.records())
            rig.obey()
            let result = try await rig.write(plan)
            #expect(result.revoked.count == 12 && result.updated == 12 && result.granted.count == 12)
            let verbs = rig.attempts.entries
            #expect(verbs.count == 36)
            #expect(verbs == verbs.sorted { Self.rank($0) < Self.rank($1) })
        }
    }

    private static func rank(_ verb: String) -> Int {
        ["delete", "patch", "create"].firstIndex(of: verb) ?? 9
    }

    @Test func `what is forbidden is not tried a thousand times`() async throws {
        try await GrantRig.run { rig in
            rig.obey { attempt, _ in Self.forbidden(attempt) }
            let plan = rig.plan((0..<1_000).map { rig.user("user-\($0)") })
            let result = try await rig.write(plan)
            #expect(rig.attempts.count <= 2 * GrantWriter.concurrency)
            #expect(!result.failures.isEmpty)
            #expect(result.failures.allSatisfy { $0.code == .forbidden })
            let outcome = GrantOutcome(plan, result)
            #expect(outcome.failure == .init(reason: .writeForbidden, code: "Forbidden"))
            #expect(outcome.granted == 0 && outcome.desired == 1_000)
        }
    }

    @Test func `nobody is granted while a revocation is forbidden`() async throws {
        try await GrantRig.run { rig in
            _ = try await rig.write(rig.plan([rig.user("a")]))
            let plan = rig.plan([rig.user("b")], knowing: try await rig.records())
            rig.obey { attempt, _ in attempt.verb == "delete" ? Self.forbidden(attempt) : nil }
            let result = try await rig.write(plan)
            #expect(result.granted.isEmpty && result.revoked.isEmpty)
            #expect(rig.attempts.entries == ["delete"])
        }
    }

    @Test func `one grant that is refused holds up no other`() async throws {
        try await GrantRig.run { rig in
            rig.obey { _, index in
                index == 3 ? Status(code: 422, reason: "Invalid", message: "no") : nil
            }
            let plan = rig.plan((0..<20).map { rig.user("user-\($0)") })
            let result = try await rig.write(plan)
            #expect(result.granted.count == 19)
            #expect(result.failures.map(\.code) == [.invalid])
            #expect(GrantOutcome(plan, result).failure?.reason == .writeFailed)
        }
    }

    @Test func `an update that a field forbids makes the grant anew`() async throws {
        try await GrantRig.run { rig in
            _ = try await rig.write(rig.plan([rig.user("a")]))
            var record = try #require(try await rig.records().first)
            let uid = record.uid
            rig.obey { attempt, _ in
                attempt.verb == "patch" ? Status(code: 422, reason: "Invalid", message: "immutable") : nil
            }
            let plan = rig.plan([rig.user("a", email: "new@example.com")], knowing: [record])
            let result = try await rig.write(plan)
            #expect(result.updated == 1 && result.failures.isEmpty)
            #expect(rig.attempts.entries == ["patch", "delete", "create"])
            record = try #require(try await rig.records().first)
            #expect(record.uid != uid)
            #expect(try await rig.objects().first?["spec"]?["email"] == "new@example.com")
        }
    }
}

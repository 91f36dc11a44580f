// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing

@testable import AdminGrants

/// What has to be written so that grants are what the spec says.
struct GrantPlannerTests {
    private let owner = InstanceIdentity(namespace: "ns", name: "influxdb", uid: "u-1")

    private func user(_ id: String, email: String = "a@example.com") -> AdminUser {
        AdminUser(id: id, firstName: "A", lastName: "B", email: email)
    }

    private func record(
        of user: AdminUser,
        uid: String = "g",
        owner: InstanceIdentity? = nil,
        change: (inout JSONValue) -> Void = { _ in }
    ) throws -> GrantRecord {
        var object = GrantContent.object(
            for: user,
            name: GrantContent.name(of: user.id, appInstance: "influxdb"),
            provider: "keycloak",
            owner: owner ?? self.owner
        )
        object["metadata"]?["uid"] = .string(uid)
        change(&object)
        return try GrantRecord(json: object)
    }

    private func plan(_ users: [AdminUser], _ existing: [GrantRecord]) -> GrantPlan {
        GrantPlanner.plan(admins: users, provider: "keycloak", owner: owner, existing: existing)
    }

    @Test func `every listed user without a grant gets one`() {
        let plan = plan([user("a"), user("b")], [])
        #expect(plan.creations.map(\.userID) == ["a", "b"])
        #expect(plan.updates.isEmpty && plan.deletions.isEmpty)
        #expect(plan.desired == 2)
        #expect(plan.upToDate == 0)
    }

    @Test func `nothing is written when every grant is as it should be`() throws {
        let plan = plan([user("a"), user("b")], [try record(of: user("a")), try record(of: user("b"))])
        #expect(plan.isEmpty)
        #expect(plan.upToDate == 2)
    }

    @Test func `the grant of a user who is no longer listed is deleted by identity`() throws {
        let plan = plan([user("a")], [try record(of: user("a")), try record(of: user("b"), uid: "g-b")])
        #expect(plan.deletions.map(\.uid) == ["g-b"])
        #expect(plan.deletions.map(\.userID) == ["b"])
        #expect(plan.creations.isEmpty && plan.updates.isEmpty)
    }

    @Test func `one changed user among ten thousand is one write`() throws {
        var users = (0..<10_000).map { user("user-\($0)") }
        let existing = try users.map { try record(of: $0) }
        users[5_000].email = "other@example.com"
        let plan = plan(users, existing)
        #expect(plan.updates.map(\.userID) == ["user-5000"])
        #expect(plan.creations.isEmpty && plan.deletions.isEmpty && plan.documents.isEmpty)
    }

    @Test func `a grant that somebody changed is put back`() throws {
        let tampered = try record(of: user("a")) { $0["spec"]?["email"] = "evil@example.com" }
        let plan = plan([user("a")], [tampered])
        #expect(plan.updates.map(\.userID) == ["a"])
        #expect(plan.updates.first?.object["spec"]?["email"]?.string == "a@example.com")
    }

    @Test func `a grant that lost its label is put back`() throws {
        let bare = try record(of: user("a")) { $0["metadata"]?["labels"] = [:] }
        #expect(plan([user("a")], [bare]).updates.map(\.userID) == ["a"])
    }

    @Test func `a label that somebody added is left alone`() throws {
        let labelled = try record(of: user("a")) { $0["metadata"]?["labels"]?["team"] = "storage" }
        #expect(plan([user("a")], [labelled]).isEmpty)
    }

    @Test func `a grant written by hand is reported and left alone`() throws {
        let foreign = try GrantRecord(json: [
            "metadata": ["name": "by-hand", "namespace": "ns", "uid": "x"],
            "spec": ["appInstance": ["name": "influxdb"], "userID": "mallory"],
        ])
        let plan = plan([user("a")], [foreign])
        #expect(plan.foreign == ["by-hand"])
        #expect(plan.deletions.isEmpty)
        #expect(plan.creations.map(\.userID) == ["a"])
    }

    @Test func `a grant copied under another name is reported, labels and owner notwithstanding`() throws {
        let copy = try record(of: user("a")) { $0["metadata"]?["name"] = "copy" }
        let plan = plan([user("a")], [try record(of: user("a")), copy])
        #expect(plan.foreign == ["copy"])
        #expect(plan.isEmpty)
    }

    @Test func `a foreign object in the place of a grant is not written over`() throws {
        let squatter = try record(of: user("a")) {
            $0["metadata"]?["labels"] = [:]
            $0["metadata"]?["ownerReferences"] = []
        }
        let plan = plan([user("a")], [squatter])
        #expect(plan.foreign.count == 1)
        #expect(plan.isEmpty)
        #expect(plan.upToDate == 0)
    }

    @Test func `grants of an earlier incarnation get the new owner`() throws {
        let earlier = InstanceIdentity(namespace: "ns", name: "influxdb", uid: "u-0")
        let plan = plan([user("a")], [try record(of: user("a"), owner: earlier)])
        #expect(plan.updates.map(\.userID) == ["a"])
    }

    @Test func `a grant that is being deleted is neither counted nor written`() throws {
        let going = try record(of: user("a")) { $0["metadata"]?["deletionTimestamp"] = "2026-11-21T00:00:00Z" }
        let plan = plan([user("a")], [going])
        #expect(plan.isEmpty)
        #expect(plan.upToDate == 0)
    }

    @Test func `ids that are canonically equivalent are different users`() {
        let plan = plan([user("\u{E9}"), user("e\u{301}")], [])
        #expect(Set(plan.creations.map(\.name)).count == 2)
    }

    @Test(arguments: ["auth0|64f1", "1e3", "no", "0123", String(repeating: "x", count: 256), "ünïcödé", "a/b?c#d"])
    func `a grant is named so that any API server takes it`(id: String) throws {
        let name = GrantContent.name(of: id, appInstance: "influxdb")
        #expect(name.hasPrefix("influxdb-"))
        #expect(name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        #expect(name.utf8.count == "influxdb-".utf8.count + 10)
    }
}

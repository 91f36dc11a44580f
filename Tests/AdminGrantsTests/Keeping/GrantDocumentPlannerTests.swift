// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing

@testable import AdminGrants

struct GrantDocumentPlannerTests {
    private static let owner = InstanceIdentity(
        namespace: "default",
        name: "influxdb",
        uid: "u-1",
        form: .configMaps,
        contentHash: "x"
    )

    private static let limits: GrantPages.Limits = {
        var limits = GrantPages.Limits()
        limits.target = 4_000
        limits.maximum = 5_000
        return limits
    }()

    /// The ConfigMaps by number, as the API server would have them.
    typealias Cluster = [Int: GrantDocument]

    private static func plan(_ users: [AdminUser], _ cluster: Cluster) -> GrantPlan {
        let pages = GrantPagesTests.pages(users, limits: limits)
        return GrantDocumentPlanner(owner: owner, pages: pages, documents: cluster).plan()
    }

    /// Carries a plan out step by step, and looks at who is granted after each.
    private static func carryOut(
        _ plan: GrantPlan,
        on cluster: inout Cluster,
        watching: (Set<String>) -> Void = { _ in }
    ) throws {
        for write in plan.documents {
            if var object = write.object {
                object["metadata"]?["uid"] = "d"
                let document = try GrantDocument(json: object)
                cluster[document.index] = document
            } else {
                let index = try #require(
                    cluster.first { GrantDocument.name($0.key, of: "influxdb") == write.holder.name }
                )
                cluster[index.key] = nil
            }
            watching(Set(cluster.values.flatMap(\.grants).map(\.userID)))
        }
    }

    @Test(arguments: [(3, 5), (5, 3), (10, 90), (90, 10), (60, 300), (300, 60), (120, 121), (121, 120), (40, 0)])
    func `from any number of users to any other in one go, and nothing after that`(_ from: Int, _ to: Int) throws {
        var cluster: Cluster = [:]
        let before = GrantPagesTests.users(0..<from)
        let first = Self.plan(before, cluster)
        #expect(first.creations.count == from)
        try Self.carryOut(first, on: &cluster)
        #expect(Self.plan(before, cluster).isEmpty)
        let after = GrantPagesTests.users(0..<to)
        let second = Self.plan(after, cluster)
        #expect(second.creations.count == max(0, to - from))
        #expect(second.deletions.count == max(0, from - to))
        #expect(second.documents.flatMap(\.granted).count == second.creations.count)
        #expect(second.documents.flatMap(\.revoked).count == second.deletions.count)
        let lasting = Set(before.map(\.id)).intersection(after.map(\.id))
        try Self.carryOut(second, on: &cluster) { granted in
            #expect(granted.isSuperset(of: lasting), "who stays an admin was without a grant for a moment")
        }
        let third = Self.plan(after, cluster)
        #expect(third.isEmpty && third.upToDate == to && third.desired == to)
    }

    @Test func `a changed user is an update, and one of somebody else's making a revocation`() throws {
        var cluster: Cluster = [:]
        try Self.carryOut(Self.plan(GrantPagesTests.users(0..<3), cluster), on: &cluster)
        var users = GrantPagesTests.users(1..<3)
        users[0] = AdminUser(id: "user-1", firstName: "Other", lastName: "B", email: "a@b")
        let plan = Self.plan(users, cluster)
        #expect(plan.updates.map(\.userID) == ["user-1"] && plan.creations.isEmpty)
        #expect(plan.deletions.map(\.userID) == ["user-0"])
        #expect(plan.documents.count == 1 && plan.documents.first?.updated == 1)
    }

    @Test func `what cannot be read is written anew, and nobody is said to be granted by that`() throws {
        let object = GrantDocument.object("{", index: 0, owner: Self.owner)
        let plan = Self.plan(GrantPagesTests.users(0..<3), [0: try GrantDocument(json: object)])
        #expect(plan.creations.isEmpty && plan.updates.count == 3 && plan.documents.count == 1)
    }

    @Test func `one that is not ours is left alone`() throws {
        var object = GrantDocument.object("{}", index: 0, owner: Self.owner)
        object["metadata"]?["labels"] = nil
        object["metadata"]?["ownerReferences"] = nil
        let pages = GrantPagesTests.pages(GrantPagesTests.users(0..<3))
        var planner = GrantDocumentPlanner(owner: Self.owner, pages: pages, documents: [:])
        planner.add(try GrantDocument(json: object), named: "influxdb-admin-grants")
        let plan = planner.plan()
        #expect(plan.isEmpty && plan.foreign == ["influxdb-admin-grants"] && plan.desired == 3)
    }
}

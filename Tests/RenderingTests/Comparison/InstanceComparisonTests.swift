// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import Testing

struct InstanceComparisonTests {
    static func user(_ id: String, _ groups: [String]? = nil, email: String = "a@example.com") -> JSONValue {
        var value: JSONValue = ["id": .string(id), "firstName": "A", "lastName": "B", "email": .string(email)]
        if let groups { value["userGroups"] = .array(groups.map(JSONValue.string)) }
        return value
    }

    static func compare(_ old: [JSONValue], _ new: [JSONValue]) -> InstanceComparison {
        InstanceComparison(
            ChartSamples.withPackage("admin.users", .array(old)),
            ChartSamples.withPackage("admin.users", .array(new))
        )
    }

    @Test func `users are told apart by id, in any order`() {
        let same = Self.compare([Self.user("a"), Self.user("b")], [Self.user("b"), Self.user("a")])
        #expect(same.isSame)
        let swapped = Self.compare([Self.user("a"), Self.user("b")], [Self.user("c"), Self.user("b")])
        #expect(swapped.gains.map(\.id) == ["c"])
        #expect(swapped.loses.map(\.id) == ["a"])
        #expect(swapped.changes.isEmpty)
        #expect(swapped.admin.isEmpty)
        #expect(swapped.rest.isEmpty)
    }

    @Test func `ids are bytes`() {
        let comparison = Self.compare([Self.user("\u{E9}")], [Self.user("e\u{301}")])
        #expect(comparison.gains.count == 1)
        #expect(comparison.loses.count == 1)
    }

    @Test func `access is what group Admin gives`() {
        let comparison = Self.compare(
            [
                Self.user("up", ["Auditor"]), Self.user("down"), Self.user("old", ["Member"]),
                Self.user("same", ["Admin"]),
            ],
            [
                Self.user("up"), Self.user("down", []), Self.user("new", ["Auditor"]),
                Self.user("same", ["Admin", "Member"]),
            ]
        )
        #expect(comparison.gains.map(\.id) == ["up"])
        #expect(comparison.loses.map(\.id) == ["down"])
        #expect(comparison.added.map(\.id) == ["new"])
        #expect(comparison.removed.map(\.id) == ["old"])
        #expect(comparison.changes.map(\.new.id) == ["up", "down", "same"])
    }

    @Test func `fields of a user are named below it`() throws {
        let comparison = Self.compare([Self.user("a")], [Self.user("a", email: "b@example.com")])
        let change = try #require(comparison.changes.first)
        #expect(
            change.fields == [
                ValueDifference(path: FieldPath(keys: "email"), old: "a@example.com", new: "b@example.com")
            ]
        )
        #expect(comparison.gains.isEmpty)
    }

    @Test func `a list that is not in order is compared as it stands`() {
        let comparison = Self.compare([Self.user("a"), Self.user("a")], [Self.user("a"), ["id": 5]])
        #expect(comparison.gains.isEmpty)
        #expect(comparison.admin.map(\.path.description).contains("spec.package.spec.admin.users[1].id"))
        let noList = InstanceComparison(ChartSamples.instance, ChartSamples.withPackage("admin.users", "x"))
        #expect(noList.admin.map(\.path.description) == ["spec.package.spec.admin.users"])
    }

    @Test func `the admin block comes apart from everything else`() {
        let first = InstanceComparison(
            ChartSamples.instance,
            ChartSamples.withPackage("egress", ["customCertificates": [:]])
        )
        #expect(first.admin.map(\.path.description) == ["spec.package.spec.egress"])
        #expect(first.rest.isEmpty)
        let second = InstanceComparison(ChartSamples.instance, ChartSamples.withPackage("objectStore.bucket", "x"))
        #expect(second.admin.isEmpty)
        #expect(second.rest.map(\.path.description) == ["spec.package.spec.objectStore.bucket"])
        let only = InstanceComparison(
            ChartSamples.instance,
            ChartSamples.withPackage("objectStore.bucket", "x"),
            isAdminOnly: true
        )
        #expect(only.isSame)
        let without = InstanceComparison(ChartSamples.withPackage("admin", nil), ChartSamples.instance)
        #expect(without.gains.map(\.id) == ["0123"])
    }

    @Test func `what servers and tools write does not count`() {
        var instance = ChartSamples.instance
        instance["status"] = ["conditions": []]
        instance["metadata"] = [
            "name": "influxdb", "namespace": "db", "resourceVersion": "7", "managedFields": [],
            "annotations": ["meta.helm.sh/release-name": "x"], "finalizers": ["kubecfg.dev/appinstance-cleanup"],
        ]
        #expect(InstanceComparison(ChartSamples.instance, instance).isSame)
        instance["metadata"] = ["name": "influxdb", "namespace": "db", "labels": ["team": "a"]]
        let labelled = InstanceComparison(ChartSamples.instance, instance)
        #expect(labelled.rest.map(\.path.description) == ["metadata.labels"])
        let paused = InstanceComparison(ChartSamples.with("spec.pause", nil), ChartSamples.instance)
        #expect(paused.isSame)
    }

    @Test func `one number is one number, however it is written`() {
        let one = ChartSamples.withPackage("components", ["a": ["n": 5]])
        let other = ChartSamples.withPackage("components", ["a": ["n": 5.0]])
        #expect(InstanceComparison(one, other).isSame)
    }
}

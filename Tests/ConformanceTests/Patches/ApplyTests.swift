// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct ApplyTests {
    /// Applies a widget's spec for a manager.
    @discardableResult
    private func apply(
        _ cluster: Cluster,
        _ spec: JSONValue,
        by manager: String,
        force: Bool = false,
        dryRun: Bool = false
    ) async throws -> JSONValue {
        try await cluster.client.patch(
            cluster.widgets,
            cluster.name("a"),
            .apply(cluster.object(cluster.widgets, "a", ["spec": spec]), force: force),
            options: WriteOptions(fieldManager: manager, dryRun: dryRun)
        )
    }

    private func withWidgets(_ body: (Cluster) async throws -> Void) async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            try await body(cluster)
        }
    }

    @Test func `an apply creates what is not there, and then changes nothing`() async throws {
        try await withWidgets { cluster in
            let created = try await apply(cluster, ["size": 1], by: "one")
            #expect(created["spec"] == ["size": 1, "color": "red"])
            #expect(created.managers == ["one Apply"])
            #expect(created.generation == 1)
            #expect(try await apply(cluster, ["size": 1], by: "one") == created)
        }
    }

    @Test func `a field of another manager is a conflict, unless the value is the same`() async throws {
        try await withWidgets { cluster in
            try await apply(cluster, ["size": 1, "color": "red"], by: "one")
            let shared = try await apply(cluster, ["size": 1], by: "two")
            #expect(Set(shared.managers) == ["one Apply", "two Apply"])
            let status = try await refused(.conflict) {
                try await apply(cluster, ["size": 2, "color": "green"], by: "three")
            }
            #expect(status.code == 409)
            #expect(status.faults == ["FieldManagerConflict .spec.size", "FieldManagerConflict .spec.color"])
            #expect(status.causes.contains { $0.message.contains("\"one\"") })
            #expect(try await cluster.get(cluster.widgets, "a") == shared)
        }
    }

    @Test func `force takes the field from the other manager`() async throws {
        try await withWidgets { cluster in
            try await apply(cluster, ["size": 1, "code": "x"], by: "one")
            let forced = try await apply(cluster, ["size": 2], by: "two", force: true)
            #expect(forced["spec"]?["size"] == 2)
            try await refused(.conflict) { try await apply(cluster, ["size": 3, "code": "x"], by: "one") }
            try await apply(cluster, ["size": 3], by: "two")
        }
    }

    @Test func `what a manager no longer applies is removed, unless another owns it`() async throws {
        try await withWidgets { cluster in
            try await apply(cluster, ["size": 1, "code": "x", "note": "n"], by: "one")
            try await apply(cluster, ["size": 1, "note": "n"], by: "two")
            let fewer = try await apply(cluster, ["size": 1], by: "one")
            #expect(fewer["spec"] == ["size": 1, "color": "red", "note": "n"])
        }
    }

    @Test func `an update takes fields from an applier, which then conflicts`() async throws {
        try await withWidgets { cluster in
            try await apply(cluster, ["size": 1], by: "one")
            let updated = try await cluster.merge(cluster.widgets, "a", ["spec": ["size": 2]])
            #expect(updated.managers.contains("conformance Update"))
            let status = try await refused(.conflict) { try await apply(cluster, ["size": 1], by: "one") }
            #expect(status.causes.contains { $0.message.contains("\"conformance\"") })
        }
    }

    @Test func `items of a keyed list belong to who applied them`() async throws {
        try await withWidgets { cluster in
            try await apply(cluster, ["size": 1, "ports": [["name": "a", "port": 1]]], by: "one")
            let both = try await apply(cluster, ["size": 1, "ports": [["name": "b", "port": 2]]], by: "two")
            #expect(both["spec"]?["ports"]?.array?.compactMap { $0["name"]?.string } == ["a", "b"])
            let status = try await refused(.conflict) {
                try await apply(cluster, ["size": 1, "ports": [["name": "a", "port": 9]]], by: "two")
            }
            #expect(status.faults == [#"FieldManagerConflict .spec.ports[name="a"].port"#])
            let one = try await apply(cluster, ["size": 1], by: "one")
            #expect(one["spec"]?["ports"] == [["name": "b", "port": 2, "protocol": "TCP"]])
            let none = try await apply(cluster, ["size": 1], by: "two")
            #expect(none["spec"]?["ports"]?[0] == nil)
        }
    }

    @Test func `sets are merged by value, atomic lists have one owner`() async throws {
        try await withWidgets { cluster in
            try await apply(cluster, ["size": 1, "tags": ["x", "y"], "words": ["x"]], by: "one")
            let both = try await apply(cluster, ["size": 1, "tags": ["y", "z"]], by: "two")
            #expect(Set(both["spec"]?["tags"]?.array?.compactMap(\.string) ?? []) == ["x", "y", "z"])
            let status = try await refused(.conflict) {
                try await apply(cluster, ["size": 1, "tags": ["z"], "words": ["y"]], by: "two")
            }
            #expect(status.faults == ["FieldManagerConflict .spec.words"])
            let fewer = try await apply(cluster, ["size": 1], by: "one")
            #expect(Set(fewer["spec"]?["tags"]?.array?.compactMap(\.string) ?? []) == ["y", "z"])
        }
    }

    @Test func `two items of one key are refused`() async throws {
        try await withWidgets { cluster in
            await #expect(throws: KubeError.self) {
                try await apply(cluster, ["size": 1, "ports": [["name": "a"], ["name": "a"]]], by: "one")
            }
            let object = try await cluster.client.get(cluster.widgets, cluster.name("a"))
            #expect(object == nil)
        }
    }

    @Test func `a field that the schema does not declare is refused`() async throws {
        try await withWidgets { cluster in
            await #expect(throws: KubeError.self) { try await apply(cluster, ["size": 1, "none": 1], by: "one") }
            let object = try await cluster.client.get(cluster.widgets, cluster.name("a"))
            #expect(object == nil)
        }
    }

    @Test func `an object to apply carries no managed fields, and the version it carries must be the latest`()
        async throws
    {
        try await withWidgets { cluster in
            let live = try await apply(cluster, ["size": 1], by: "one")
            try await refused(.badRequest) {
                _ = try await cluster.client.patch(cluster.widgets, cluster.name("a"), .apply(live, force: false))
            }
            try await apply(cluster, ["size": 2], by: "one")
            var old = cluster.object(cluster.widgets, "a", ["spec": ["size": 3]])
            old["metadata"]?["resourceVersion"] = .string(live.resourceVersion)
            let stale = old
            try await refused(.conflict) {
                _ = try await cluster.client.patch(cluster.widgets, cluster.name("a"), .apply(stale, force: true))
            }
        }
    }

    @Test func `an applied status stays on its side`() async throws {
        try await withWidgets { cluster in
            try await apply(cluster, ["size": 1], by: "one")
            let content: JSONObject = ["spec": ["size": 9], "status": ["phase": "Done"]]
            let object = cluster.object(cluster.widgets, "a", content)
            let changed = try await cluster.client.patch(
                cluster.widgets,
                cluster.name("a"),
                .apply(object, force: true),
                subresource: "status",
                options: WriteOptions(fieldManager: "two")
            )
            #expect(changed["spec"]?["size"] == 1)
            #expect(changed["status"]?["phase"] == "Done")
            #expect(changed.generation == 1)
            #expect(changed.managers.contains("two Apply status"))
        }
    }

    @Test func `a dry run shows the outcome and conflicts, and changes nothing`() async throws {
        try await withWidgets { cluster in
            let created = try await apply(cluster, ["size": 1], by: "one")
            let shown = try await apply(cluster, ["size": 2], by: "one", dryRun: true)
            #expect(shown["spec"]?["size"] == 2)
            try await refused(.conflict) { try await apply(cluster, ["size": 2], by: "two", dryRun: true) }
            #expect(try await cluster.get(cluster.widgets, "a") == created)
        }
    }

    @Test func `labels and data of a config map are owned by key`() async throws {
        try await withCluster { cluster in
            func apply(_ data: JSONValue, _ labels: JSONObject, by manager: String) async throws -> JSONValue {
                let object = cluster.object(.configMaps, "a", ["data": data], labels: labels)
                return try await cluster.client.patch(
                    .configMaps,
                    cluster.name("a"),
                    .apply(object, force: false),
                    options: WriteOptions(fieldManager: manager)
                )
            }
            _ = try await apply(["x": "1"], ["one": "1"], by: "one")
            let both = try await apply(["y": "2"], ["two": "2"], by: "two")
            #expect(both["data"] == ["x": "1", "y": "2"])
            #expect(both["metadata"]?["labels"] == ["one": "1", "two": "2"])
            let fewer = try await apply([:], [:], by: "one")
            #expect(fewer["data"] == ["y": "2"])
            #expect(fewer["metadata"]?["labels"] == ["two": "2"])
            let status = try await refused(.conflict) { _ = try await apply(["y": "3"], [:], by: "one") }
            #expect(status.faults == ["FieldManagerConflict .data.y"])
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct StatusTests {
    private func withWidget(_ body: (Cluster, JSONValue) async throws -> Void) async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            let content: JSONObject = ["spec": ["size": 1], "status": ["phase": "Invented"]]
            try await body(cluster, try await cluster.create(cluster.widgets, "a", content))
        }
    }

    @Test func `a new object begins without status, at generation 1`() async throws {
        try await withWidget { _, created in
            #expect(created["status"] == nil)
            #expect(created.generation == 1)
        }
    }

    @Test func `an update of the status changes nothing else`() async throws {
        try await withWidget { cluster, created in
            var changed = created
            changed["spec"]?["size"] = 50
            changed["metadata"]?["labels"] = ["x": "1"]
            changed["metadata"]?["finalizers"] = ["example.dev/x"]
            changed["status"] = ["phase": "Ready", "observedGeneration": 1]
            let updated = try await cluster.client.update(
                cluster.widgets,
                cluster.name("a"),
                changed,
                subresource: "status"
            )
            #expect(updated["status"] == ["phase": "Ready", "observedGeneration": 1])
            #expect(updated["spec"]?["size"] == 1)
            #expect(updated["metadata"]?["labels"] == nil)
            #expect(updated.finalizers.isEmpty)
            #expect(updated.generation == 1)
            #expect(updated.resourceVersion != created.resourceVersion)
            #expect(updated.managers.contains("conformance Update status"))
        }
    }

    @Test func `an update of the object leaves the status`() async throws {
        try await withWidget { cluster, _ in
            let patch: JSONValue = ["status": ["phase": "Ready"]]
            let ready = try await cluster.client.patch(
                cluster.widgets,
                cluster.name("a"),
                .merge(patch),
                subresource: "status"
            )
            #expect(ready["status"] == ["phase": "Ready"])
            var changed = ready
            changed["spec"]?["size"] = 2
            changed["status"] = nil
            let updated = try await cluster.client.update(cluster.widgets, cluster.name("a"), changed)
            #expect(updated["status"] == ["phase": "Ready"])
            let patched = try await cluster.merge(cluster.widgets, "a", ["status": ["phase": "Invented"]])
            #expect(patched["status"] == ["phase": "Ready"])
            #expect(patched.resourceVersion == updated.resourceVersion)
        }
    }

    @Test func `only changes of content raise the generation`() async throws {
        try await withWidget { cluster, _ in
            let labelled = try await cluster.merge(cluster.widgets, "a", ["metadata": ["labels": ["x": "1"]]])
            #expect(labelled.generation == 1)
            let changed = try await cluster.merge(cluster.widgets, "a", ["spec": ["size": 2]])
            #expect(changed.generation == 2)
            let same = try await cluster.merge(cluster.widgets, "a", ["spec": ["size": 2]])
            #expect(same.generation == 2)
            let invented = try await cluster.merge(cluster.widgets, "a", ["metadata": ["generation": 9]])
            #expect(invented.generation == 2)
        }
    }

    @Test func `an old version is a conflict on the status, too`() async throws {
        try await withWidget { cluster, created in
            try await cluster.merge(cluster.widgets, "a", ["spec": ["size": 2]])
            var changed = created
            changed["status"] = ["phase": "Ready"]
            let stale = changed
            try await refused(.conflict) {
                _ = try await cluster.client.update(
                    cluster.widgets,
                    cluster.name("a"),
                    stale,
                    subresource: "status"
                )
            }
        }
    }

    @Test func `a status is validated and pruned, and can be read alone`() async throws {
        try await withWidget { cluster, _ in
            func patch(_ status: JSONValue) async throws -> JSONValue {
                try await cluster.client.patch(
                    cluster.widgets,
                    cluster.name("a"),
                    .merge(["status": status]),
                    subresource: "status"
                )
            }
            let status = try await refused(.invalid) { _ = try await patch(["phase": 1]) }
            #expect(status.faults == ["FieldValueTypeInvalid status.phase"])
            #expect(try await patch(["phase": "x", "none": 1])["status"] == ["phase": "x"])
            let read = try await cluster.client.get(cluster.widgets, cluster.name("a"), subresource: "status")
            #expect(read == (try await cluster.get(cluster.widgets, "a")))
        }
    }
}

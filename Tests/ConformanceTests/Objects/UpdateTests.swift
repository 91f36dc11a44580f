// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct UpdateTests {
    @Test func `an update changes content and version, and keeps identity and time`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.leases, "a", ["spec": ["holderIdentity": "one"]])
            var changed = created
            changed["spec"]?["holderIdentity"] = "two"
            let updated = try await cluster.client.update(.leases, cluster.name("a"), changed)
            #expect(updated["spec"]?["holderIdentity"] == "two")
            #expect(updated.resourceVersion != created.resourceVersion)
            #expect(updated.uid == created.uid)
            #expect(updated["metadata"]?["creationTimestamp"] == created["metadata"]?["creationTimestamp"])
            #expect(try await cluster.get(.leases, "a") == updated)
        }
    }

    @Test func `an update with an old resource version is a conflict and changes nothing`() async throws {
        try await withCluster { cluster in
            let old = try await cluster.create(.leases, "a")
            let current = try await cluster.merge(.leases, "a", ["spec": ["holderIdentity": "one"]])
            let status = try await refused(.conflict) {
                var changed = old
                changed["spec"] = ["holderIdentity": "two"]
                _ = try await cluster.client.update(.leases, cluster.name("a"), changed)
            }
            #expect(status.code == 409)
            #expect(status.reason == "Conflict")
            #expect(status.name == "a")
            #expect(try await cluster.get(.leases, "a") == current)
        }
    }

    @Test func `of many updates of one version one succeeds`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.leases, "a")
            let successes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        var changed = created
                        changed["spec"] = ["holderIdentity": .string("\(index)")]
                        do {
                            _ = try await cluster.client.update(.leases, cluster.name("a"), changed)
                            return true
                        } catch let error as KubeError where error.code == .conflict {
                            return false
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(successes == 1)
        }
    }

    @Test func `an update that changes nothing keeps the resource version`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.leases, "a", ["spec": ["holderIdentity": "one"]])
            let updated = try await cluster.client.update(.leases, cluster.name("a"), created)
            #expect(updated == created)
        }
    }

    @Test func `without a resource version a config map is replaced, a lease and a custom object are not`()
        async throws
    {
        try await withCluster { cluster in
            try await cluster.create(.configMaps, "a", ["data": ["x": "1"]])
            let replacement = cluster.object(.configMaps, "a", ["data": ["y": "2"]])
            let updated = try await cluster.client.update(.configMaps, cluster.name("a"), replacement)
            #expect(updated["data"] == ["y": "2"])
            try await cluster.installWidgets()
            try await cluster.create(cluster.widgets, "a", ["spec": ["size": 1]])
            try await cluster.create(.leases, "a")
            let cases: [(ResourceType, JSONValue)] = [
                (cluster.widgets, ["size": 2]), (.leases, ["holderIdentity": "x"]),
            ]
            for (type, spec) in cases {
                let status = try await refused(.invalid) {
                    _ = try await cluster.client.update(
                        type,
                        cluster.name("a"),
                        cluster.object(type, "a", ["spec": spec])
                    )
                }
                #expect(status.faults == ["FieldValueInvalid metadata.resourceVersion"])
            }
        }
    }

    @Test func `what is not there is not updated; a lease is made`() async throws {
        try await withCluster { cluster in
            let status = try await refused(.notFound) {
                _ = try await cluster.client.update(
                    .configMaps,
                    cluster.name("a"),
                    cluster.object(.configMaps, "a")
                )
            }
            #expect(status.kind == "configmaps")
            let made = try await cluster.client.update(.leases, cluster.name("a"), cluster.object(.leases, "a"))
            #expect(!made.uid.isEmpty)
        }
    }

    @Test func `another identity is a conflict`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.configMaps, "a")
            var other = cluster.object(.configMaps, "a", ["data": ["x": "1"]])
            other["metadata"]?["uid"] = "11111111-2222-3333-4444-555555555555"
            let changed = other
            try await refused(.conflict) {
                _ = try await cluster.client.update(.configMaps, cluster.name("a"), changed)
            }
        }
    }

    @Test func `the names of path and body must agree`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.configMaps, "a")
            try await refused(.badRequest) {
                _ = try await cluster.client.update(.configMaps, cluster.name("a"), cluster.object(.configMaps, "b"))
            }
        }
    }

    @Test func `a dry run shows the change and does not make it`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.configMaps, "a", ["data": ["x": "1"]])
            let shown = try await cluster.client.update(
                .configMaps,
                cluster.name("a"),
                cluster.object(.configMaps, "a", ["data": ["x": "2"]]),
                options: WriteOptions(dryRun: true)
            )
            #expect(shown["data"] == ["x": "2"])
            #expect(try await cluster.get(.configMaps, "a") == created)
        }
    }

    @Test func `labels and annotations that are taken away are gone`() async throws {
        try await withCluster { cluster in
            var object = try await cluster.create(
                .leases,
                "a",
                ["metadata": ["annotations": ["note": "x"]]],
                labels: ["one": "1", "two": "2"]
            )
            object["metadata"]?["labels"] = ["two": "2"]
            object["metadata"]?["annotations"] = nil
            let updated = try await cluster.client.update(.leases, cluster.name("a"), object)
            #expect(updated["metadata"]?["labels"] == ["two": "2"])
            #expect(updated["metadata"]?["annotations"] == nil)
        }
    }
}

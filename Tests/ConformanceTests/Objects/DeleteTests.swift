// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct DeleteTests {
    @Test func `a deleted object is gone, and one of its name is another`() async throws {
        try await withCluster { cluster in
            let first = try await cluster.create(.leases, "a")
            #expect(try await cluster.client.delete(.leases, cluster.name("a")))
            #expect(try await cluster.client.get(.leases, cluster.name("a")) == nil)
            #expect(try await !cluster.client.delete(.leases, cluster.name("a")))
            let second = try await cluster.create(.leases, "a")
            #expect(second.uid != first.uid)
        }
    }

    @Test func `preconditions name the object that is meant`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.leases, "a")
            let wrong = [
                DeleteOptions(uid: "11111111-2222-3333-4444-555555555555"), DeleteOptions(resourceVersion: "1"),
                DeleteOptions(uid: created.uid, resourceVersion: "1"),
            ]
            for options in wrong {
                let status = try await refused(.conflict) {
                    try await cluster.client.delete(.leases, cluster.name("a"), options: options)
                }
                #expect(status.code == 409)
            }
            let right = DeleteOptions(uid: created.uid, resourceVersion: created.resourceVersion)
            #expect(try await cluster.client.delete(.leases, cluster.name("a"), options: right))
            #expect(try await cluster.client.get(.leases, cluster.name("a")) == nil)
        }
    }

    @Test func `finalizers hold an object until the last is removed`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(
                .leases,
                "a",
                ["metadata": ["finalizers": ["example.dev/one", "example.dev/two"]]]
            )
            #expect(try await cluster.client.delete(.leases, cluster.name("a")))
            let held = try await cluster.get(.leases, "a")
            #expect(Timestamp.parse(held.deletionTimestamp ?? "") != nil)
            #expect(held["metadata"]?["deletionGracePeriodSeconds"] == 0)
            #expect(held.resourceVersion != created.resourceVersion)
            #expect(held.uid == created.uid)
            let fewer: JSONValue = ["metadata": ["finalizers": ["example.dev/two"]]]
            let less = try await cluster.merge(.leases, "a", fewer)
            #expect(less.deletionTimestamp == held.deletionTimestamp)
            try await cluster.merge(.leases, "a", ["metadata": ["finalizers": []]])
            #expect(try await cluster.client.get(.leases, cluster.name("a")) == nil)
        }
    }

    @Test func `a second deletion changes nothing`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.leases, "a", ["metadata": ["finalizers": ["example.dev/one"]]])
            try await cluster.client.delete(.leases, cluster.name("a"))
            let held = try await cluster.get(.leases, "a")
            try await cluster.client.delete(.leases, cluster.name("a"))
            #expect(try await cluster.get(.leases, "a") == held)
            try await cluster.merge(.leases, "a", ["metadata": ["finalizers": .null]])
        }
    }

    @Test func `an object in deletion takes changes, but no finalizers and no way back`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.leases, "a", ["metadata": ["finalizers": ["example.dev/one"]]])
            try await cluster.client.delete(.leases, cluster.name("a"))
            let more: JSONValue = ["metadata": ["finalizers": ["example.dev/one", "example.dev/two"]]]
            let status = try await refused(.invalid) { try await cluster.merge(.leases, "a", more) }
            #expect(status.faults == ["FieldValueForbidden metadata.finalizers"])
            let changed = try await cluster.merge(
                .leases,
                "a",
                ["metadata": ["deletionTimestamp": .null], "spec": ["holderIdentity": "x"]]
            )
            #expect(changed.deletionTimestamp != nil)
            #expect(changed["spec"]?["holderIdentity"] == "x")
            try await refused(.alreadyExists) { try await cluster.create(.leases, "a") }
            try await cluster.merge(.leases, "a", ["metadata": ["finalizers": .null]])
        }
    }

    @Test func `deletion raises the generation of a custom object that is held`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            let content: JSONObject = ["metadata": ["finalizers": ["example.dev/one"]], "spec": ["size": 1]]
            let created = try await cluster.create(cluster.widgets, "a", content)
            try await cluster.client.delete(cluster.widgets, cluster.name("a"))
            #expect(try await cluster.get(cluster.widgets, "a").generation == created.generation + 1)
            try await cluster.merge(cluster.widgets, "a", ["metadata": ["finalizers": .null]])
        }
    }

    @Test func `a dry run deletes nothing`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.leases, "a")
            try await cluster.client.delete(.leases, cluster.name("a"), options: DeleteOptions(dryRun: true))
            #expect(try await cluster.get(.leases, "a") == created)
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

@Suite(.needsControllers)
struct GarbageCollectionTests {
    /// An owner and objects that it owns.
    private func family(
        _ cluster: Cluster,
        dependents: [String] = ["one", "two"],
        blocks: Bool = false,
        finalizers: JSONValue = []
    ) async throws -> JSONValue {
        let owner = try await cluster.create(.configMaps, "owner")
        for name in dependents {
            let metadata: JSONValue = [
                "ownerReferences": [owner.reference(blocksOwnerDeletion: blocks)], "finalizers": finalizers,
            ]
            try await cluster.create(.leases, name, ["metadata": metadata])
        }
        return owner
    }

    private func delete(_ cluster: Cluster, _ policy: PropagationPolicy?) async throws {
        let options = DeleteOptions(propagationPolicy: policy)
        try await cluster.client.delete(.configMaps, cluster.name("owner"), options: options)
    }

    @Test(arguments: [nil, PropagationPolicy.background])
    func `in the background an owner goes first and its dependents follow`(policy: PropagationPolicy?) async throws {
        try await withCluster { cluster in
            let owner = try await family(cluster)
            // The dependent of a dependent goes as well.
            let one = try await cluster.get(.leases, "one")
            try await cluster.create(.secrets, "grandchild", ["metadata": ["ownerReferences": [one.reference()]]])
            try await cluster.create(.leases, "stranger")
            #expect(!owner.uid.isEmpty)
            try await delete(cluster, policy)
            #expect(try await cluster.client.get(.configMaps, cluster.name("owner")) == nil)
            for name in ["one", "two"] { try await cluster.gone(.leases, name) }
            try await cluster.gone(.secrets, "grandchild")
            #expect(try await cluster.names(.leases) == ["stranger"])
        }
    }

    @Test func `in the foreground an owner waits for the dependents that block it`() async throws {
        try await withCluster { cluster in
            _ = try await family(cluster, dependents: ["one"], blocks: true, finalizers: ["example.dev/hold"])
            try await delete(cluster, .foreground)
            let waiting = try await cluster.get(.configMaps, "owner")
            #expect(waiting.deletionTimestamp != nil)
            #expect(waiting.finalizers == ["foregroundDeletion"])
            try await cluster.eventually("the dependent is being deleted") {
                try await cluster.client.get(.leases, cluster.name("one"))?.deletionTimestamp != nil
            }
            #expect(try await cluster.client.get(.configMaps, cluster.name("owner")) != nil)
            try await cluster.merge(.leases, "one", ["metadata": ["finalizers": .null]])
            try await cluster.gone(.leases, "one")
            try await cluster.gone(.configMaps, "owner")
        }
    }

    @Test func `orphaned dependents lose their reference and stay`() async throws {
        try await withCluster { cluster in
            _ = try await family(cluster)
            try await delete(cluster, .orphan)
            try await cluster.gone(.configMaps, "owner")
            for name in ["one", "two"] {
                let object = try await cluster.get(.leases, name)
                #expect(object["metadata"]?["ownerReferences"]?[0] == nil)
            }
        }
    }

    @Test func `an object with another owner left stays, and is cut loose from the first`() async throws {
        try await withCluster { cluster in
            let first = try await cluster.create(.configMaps, "owner")
            let second = try await cluster.create(.configMaps, "second")
            let references: JSONValue = [first.reference(), second.reference()]
            try await cluster.create(.leases, "one", ["metadata": ["ownerReferences": references]])
            try await delete(cluster, .background)
            try await cluster.eventually("the reference to the first owner is gone") {
                try await cluster.client.get(.leases, cluster.name("one"))?["metadata"]?["ownerReferences"]
                    == [second.reference()]
            }
            try await cluster.client.delete(.configMaps, cluster.name("second"))
            try await cluster.gone(.leases, "one")
        }
    }

    @Test func `an object whose owner is not there goes`() async throws {
        try await withCluster { cluster in
            let reference: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap", "name": "owner",
                "uid": "11111111-2222-3333-4444-555555555555",
            ]
            try await cluster.create(.leases, "one", ["metadata": ["ownerReferences": [reference]]])
            try await cluster.gone(.leases, "one")
        }
    }

    @Test func `an owner reference needs identity, and only one may be the controller's`() async throws {
        try await withCluster { cluster in
            let owner = try await cluster.create(.configMaps, "owner")
            var nameless = owner.reference()
            nameless["uid"] = ""
            var controller = owner.reference()
            controller["controller"] = true
            var other = controller
            other["name"] = "other"
            other["uid"] = "11111111-2222-3333-4444-555555555555"
            for references in [[nameless], [controller, other]] as [JSONValue] {
                let status = try await refused(.invalid) {
                    try await cluster.create(.leases, "one", ["metadata": ["ownerReferences": references]])
                }
                #expect(status.causes.allSatisfy { $0.field.hasPrefix("metadata.ownerReferences") })
            }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct NamespaceTests {
    private func delete(_ cluster: Cluster) async throws {
        let name = NamespacedName(namespace: nil, name: cluster.namespace)
        try await cluster.client.delete(.namespaces, name)
    }

    @Test func `a namespace is active, labelled with its name and held by its own finalizer`() async throws {
        try await withCluster { cluster in
            let name = NamespacedName(namespace: nil, name: cluster.namespace)
            let namespace = try #require(try await cluster.client.get(.namespaces, name))
            #expect(namespace["status"]?["phase"] == "Active")
            #expect(namespace["metadata"]?["labels"]?["kubernetes.io/metadata.name"] == .string(cluster.namespace))
            #expect(namespace["spec"]?["finalizers"] == ["kubernetes"])
        }
    }

    @Test func `every cluster has its namespaces, and they stay`() async throws {
        try await withCluster { cluster in
            let names = try await cluster.client.list(.namespaces).items.map(\.name)
            #expect(Set(names).isSuperset(of: ["default", "kube-system", "kube-public"]))
            for name in ["default", "kube-system"] {
                let status = try await refused(.forbidden) {
                    try await cluster.client.delete(.namespaces, NamespacedName(namespace: nil, name: name))
                }
                #expect(status.code == 403)
            }
        }
    }

    @Test(.needsControllers) func `a namespace goes with all that is in it`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            try await cluster.create(.leases, "a")
            try await cluster.create(cluster.widgets, "a", ["spec": ["size": 1]])
            try await delete(cluster)
            let name = NamespacedName(namespace: nil, name: cluster.namespace)
            try await cluster.eventually("the namespace is gone") {
                try await cluster.client.get(.namespaces, name) == nil
            }
            #expect(try await cluster.names(.leases).isEmpty)
            #expect(try await cluster.names(cluster.widgets).isEmpty)
        }
    }

    @Test(.needsControllers) func `a namespace waits for what finalizers hold in it, and takes nothing new`()
        async throws
    {
        try await withCluster { cluster in
            try await cluster.create(.leases, "a", ["metadata": ["finalizers": ["example.dev/hold"]]])
            try await delete(cluster)
            let name = NamespacedName(namespace: nil, name: cluster.namespace)
            try await cluster.eventually("the lease is being deleted") {
                try await cluster.client.get(.leases, cluster.name("a"))?.deletionTimestamp != nil
            }
            let namespace = try #require(try await cluster.client.get(.namespaces, name))
            #expect(namespace["status"]?["phase"] == "Terminating")
            #expect(namespace.deletionTimestamp != nil)
            let status = try await refused(.forbidden) { try await cluster.create(.leases, "b") }
            #expect(status.code == 403)
            #expect(status.causes.map(\.reason) == ["NamespaceTerminating"])
            // What is there can still be changed.
            try await cluster.merge(.leases, "a", ["spec": ["holderIdentity": "x"]])
            try await cluster.merge(.leases, "a", ["metadata": ["finalizers": .null]])
            try await cluster.eventually("the namespace is gone") {
                try await cluster.client.get(.namespaces, name) == nil
            }
        }
    }
}

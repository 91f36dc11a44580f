// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct DiscoveryTests {
    @Test func `groups, versions and resources are discovered`() async throws {
        try await withCluster { cluster in
            let core = try #require(try await cluster.client.getRaw("/api"))
            #expect(core["versions"]?.array?.contains("v1") == true)
            let groups = try #require(try await cluster.client.getRaw("/apis")?["groups"]?.array)
            let coordination = try #require(groups.first { $0["name"] == "coordination.k8s.io" })
            #expect(coordination["preferredVersion"]?["groupVersion"] == "coordination.k8s.io/v1")
            for type in [ResourceType.leases, .configMaps, .secrets, .namespaces, .events, .customResourceDefinitions] {
                #expect(try await cluster.client.serves(type), "\(type.qualifiedName)")
            }
            let version = try await cluster.client.serverVersion()
            #expect(version.major == "1")
            // One that was built without a release's version says v0.0.0.
            #expect(version.gitVersion.hasPrefix("v"))
        }
    }

    @Test func `short names and categories are discovered`() async throws {
        try await withCluster { cluster in
            let resources = try #require(try await cluster.client.getRaw("/api/v1")?["resources"]?.array)
            #expect(resources.first { $0["name"] == "configmaps" }?["shortNames"] == ["cm"])
            #expect(resources.first { $0["name"] == "namespaces" }?["namespaced"] == false)
            #expect(resources.contains { $0["name"] == "namespaces/status" })
        }
    }

    @Test func `what nobody serves is unknown`() async throws {
        try await withCluster { cluster in
            #expect(try await cluster.client.getRaw("/apis/absent.example.dev/v1") == nil)
            let type = ResourceType(group: "absent.example.dev", version: "v1", kind: "Absent", plural: "absents")
            let status = try await refused(.resourceTypeUnknown) { _ = try await cluster.names(type) }
            #expect(status.code == 404)
            let version = ResourceType(group: "coordination.k8s.io", version: "v0", kind: "Lease", plural: "leases")
            try await refused(.resourceTypeUnknown) { _ = try await cluster.names(version) }
        }
    }
}

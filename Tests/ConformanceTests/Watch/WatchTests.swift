// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import TestKit
import Testing

struct WatchTests {
    @Test func `a watch from a resource version shows what came after it, in order`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.leases, "before")
            let start = try await cluster.resourceVersion(.leases)
            try await cluster.create(.leases, "a")
            try await cluster.create(.leases, "b")
            let changed = try await cluster.merge(.leases, "a", ["spec": ["holderIdentity": "x"]])
            try await cluster.client.delete(.leases, cluster.name("b"))
            let events = try await cluster.events(.leases, WatchOptions(resourceVersion: start), count: 4)
            #expect(events.map(\.summary) == ["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"])
            #expect(events[2].object == changed)
            let versions = events.compactMap { Int64($0.object.resourceVersion) }
            #expect(versions == versions.sorted() && Set(versions).count == 4)
            // From the version of an event the watch goes on after it.
            let middle = WatchOptions(resourceVersion: events[1].object.resourceVersion)
            let rest = try await cluster.events(.leases, middle, count: 2)
            #expect(rest.map(\.summary) == ["MODIFIED a", "DELETED b"])
        }
    }

    @Test func `a deletion shows the last state under a version of its own`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.leases, "a", ["spec": ["holderIdentity": "x"]])
            try await cluster.client.delete(.leases, cluster.name("a"))
            let options = WatchOptions(resourceVersion: created.resourceVersion)
            let event = try #require(try await cluster.events(.leases, options, count: 1).first)
            #expect(event.kind == .deleted)
            #expect(event.object.uid == created.uid)
            #expect(event.object["spec"] == created["spec"])
            let version = try #require(Int64(event.object.resourceVersion))
            #expect(version > Int64(created.resourceVersion) ?? .max)
        }
    }

    @Test func `without a resource version a watch begins with what is there`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.leases, "a")
            try await cluster.create(.leases, "b")
            let events = try await cluster.events(.leases, WatchOptions(), count: 2)
            #expect(Set(events.map(\.summary)) == ["ADDED a", "ADDED b"])
        }
    }

    @Test func `a waiting watch wakes up for a change`() async throws {
        try await withCluster { cluster in
            let start = try await cluster.resourceVersion(.leases)
            async let events = cluster.events(.leases, WatchOptions(resourceVersion: start), count: 3)
            try await cluster.create(.leases, "a")
            try await cluster.merge(.leases, "a", ["metadata": ["labels": ["x": "1"]]])
            try await cluster.client.delete(.leases, cluster.name("a"))
            #expect(try await events.map(\.summary) == ["ADDED a", "MODIFIED a", "DELETED a"])
        }
    }

    @Test func `many watches see the same`() async throws {
        try await withCluster { cluster in
            let start = try await cluster.resourceVersion(.leases)
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await cluster.events(.leases, WatchOptions(resourceVersion: start), count: 20)
                            .map { $0.summary + $0.object.resourceVersion }
                    }
                }
                for index in 0..<20 { try await cluster.create(.leases, "a\(index)") }
                let first = try await group.next()
                for try await other in group { #expect(other == first) }
            }
        }
    }

    @Test func `setting a deletion time is a change, and the last finalizer ends the object`() async throws {
        try await withCluster { cluster in
            let content: JSONObject = ["metadata": ["finalizers": ["example.dev/one"]]]
            let created = try await cluster.create(.leases, "a", content)
            try await cluster.client.delete(.leases, cluster.name("a"))
            try await cluster.merge(.leases, "a", ["metadata": ["finalizers": .null]])
            let options = WatchOptions(resourceVersion: created.resourceVersion)
            let events = try await cluster.events(.leases, options, count: 2)
            #expect(events.map(\.summary) == ["MODIFIED a", "DELETED a"])
            #expect(events[0].object.deletionTimestamp != nil)
        }
    }

    @Test func `other namespaces and kinds are not shown`() async throws {
        try await withCluster { cluster in
            let start = try await cluster.resourceVersion(.leases)
            let other = NamespacedName(namespace: "default", name: "conformance-\(cluster.suffix)")
            _ = try await cluster.client.create(
                .leases,
                ["apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": .string(other.name)]],
                namespace: "default"
            )
            try await cluster.client.delete(.leases, other)
            try await cluster.create(.configMaps, "a")
            try await cluster.create(.leases, "mine")
            let events = try await cluster.events(.leases, WatchOptions(resourceVersion: start), count: 1)
            #expect(events.map(\.summary) == ["ADDED mine"])
        }
    }

    @Test func `objects enter and leave a selection`() async throws {
        try await withCluster { cluster in
            let start = try await cluster.resourceVersion(.leases)
            try await cluster.create(.leases, "a", labels: ["x": "0"])
            for value in ["1", "1", "2"] {
                let patch: JSONValue = [
                    "metadata": ["labels": ["x": .string(value)]], "spec": ["holderIdentity": .string(value)],
                ]
                try await cluster.merge(.leases, "a", patch)
            }
            let last = try await cluster.merge(.leases, "a", ["metadata": ["labels": ["x": "1"]]])
            let options = WatchOptions(labelSelector: "x=1", resourceVersion: start)
            let events = try await cluster.events(.leases, options, count: 3)
            #expect(events.map(\.summary) == ["ADDED a", "DELETED a", "ADDED a"])
            // What left is shown as it last was within, at the version of the change.
            #expect(events[1].object["metadata"]?["labels"]?["x"] == "1")
            #expect(events[2].object == last)
        }
    }

    @Test func `one object can be watched by its name`() async throws {
        try await withCluster { cluster in
            let start = try await cluster.resourceVersion(.leases)
            for name in ["a", "b"] { try await cluster.create(.leases, name) }
            try await cluster.client.delete(.leases, cluster.name("b"))
            let options = WatchOptions(fieldSelector: "metadata.name=b", resourceVersion: start)
            let events = try await cluster.events(.leases, options, count: 2)
            #expect(events.map(\.summary) == ["ADDED b", "DELETED b"])
        }
    }

    @Test func `a watch may be of metadata alone`() async throws {
        try await withCluster { cluster in
            let start = try await cluster.resourceVersion(.leases)
            try await cluster.create(.leases, "a", ["spec": ["holderIdentity": "x"]])
            var options = WatchOptions(resourceVersion: start)
            options.metadataOnly = true
            let event = try #require(try await cluster.events(.leases, options, count: 1).first)
            #expect(event.object["kind"] == "PartialObjectMetadata")
            #expect(event.object["spec"] == nil)
            #expect(event.summary == "ADDED a")
        }
    }

    @Test(.needsCompaction) func `a resource version from before all history is expired`() async throws {
        try await withCluster { cluster in
            let error = try await #require(throws: KubeError.self) {
                _ = try await cluster.events(.leases, WatchOptions(resourceVersion: "1"), count: 1)
            }
            #expect(error.code == .expired)
            #expect(error.status?.code == 410)
            #expect(error.status?.reason == "Expired")
        }
    }

    @Test func `a match is for watches that begin with a list`() async throws {
        try await withCluster { cluster in
            let options = WatchOptions(resourceVersion: "1", resourceVersionMatch: .notOlderThan)
            let status = try await refused(.invalid) { _ = try await cluster.events(.leases, options, count: 1) }
            #expect(status.faults == ["FieldValueForbidden resourceVersionMatch"])
        }
    }
}

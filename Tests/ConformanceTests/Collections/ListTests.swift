// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct ListTests {
    @Test func `a list has a version and its objects in the order of their names`() async throws {
        try await withCluster { cluster in
            for name in ["c", "a", "b-1", "b"] { try await cluster.create(.leases, name) }
            let list = try await cluster.client.list(.leases, namespace: cluster.namespace)
            #expect(list.items.map(\.name) == ["a", "b", "b-1", "c"])
            #expect(!list.resourceVersion.isEmpty)
            #expect(list.continueToken.isEmpty)
            #expect(list.items[0] == (try await cluster.get(.leases, "a")))
        }
    }

    @Test func `a list without a namespace shows those of all`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.leases, "a", labels: ["run": .string(cluster.suffix)])
            let options = ListOptions(labelSelector: "run=\(cluster.suffix)")
            let everywhere = try await cluster.client.list(.leases, options: options)
            #expect(everywhere.items.map(\.name) == ["a"])
            #expect(everywhere.items.first?["metadata"]?["namespace"] == .string(cluster.namespace))
        }
    }

    @Test func `a namespace that does not exist is an empty list`() async throws {
        try await withCluster { cluster in
            let list = try await cluster.client.list(.leases, namespace: "absent-\(cluster.suffix)")
            #expect(list.items.isEmpty)
        }
    }

    @Test func `objects of built-in kinds leave out their type within a list, custom ones carry it`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            try await cluster.create(.leases, "a")
            try await cluster.create(cluster.widgets, "a", ["spec": ["size": 1]])
            for (type, carried) in [(ResourceType.leases, nil), (cluster.widgets, "Widget")] {
                let path = type.collectionPath(namespace: cluster.namespace)
                let list = try #require(try await cluster.client.getRaw(path))
                #expect(list["kind"] == .string("\(type.kind)List"))
                #expect(list["apiVersion"] == .string(type.apiVersion))
                #expect(list["items"]?[0]?.name == "a")
                #expect(list["items"]?[0]?["kind"]?.string == carried)
            }
        }
    }

    @Test func `pages make one consistent list although objects come and go`() async throws {
        try await withCluster { cluster in
            for index in 0..<7 { try await cluster.create(.leases, "a\(index)") }
            var page = try await cluster.client.list(
                .leases,
                namespace: cluster.namespace,
                options: ListOptions(limit: 3)
            )
            let version = page.resourceVersion
            #expect(page.items.count == 3)
            #expect(page.remainingItemCount == 4)
            try await cluster.create(.leases, "a99")
            try await cluster.client.delete(.leases, cluster.name("a6"))
            var names = page.items.map(\.name)
            while !page.continueToken.isEmpty {
                let options = ListOptions(limit: 3, continueToken: page.continueToken)
                page = try await cluster.client.list(.leases, namespace: cluster.namespace, options: options)
                #expect(page.resourceVersion == version)
                names += page.items.map(\.name)
            }
            #expect(names == (0..<7).map { "a\($0)" })
            #expect(try await cluster.names(.leases) == (0..<6).map { "a\($0)" } + ["a99"])
        }
    }

    @Test func `a page of a selection is filled from what is selected, and tells no remainder`() async throws {
        try await withCluster { cluster in
            for index in 0..<6 {
                try await cluster.create(.leases, "a\(index)", labels: ["even": .string(index % 2 == 0 ? "1" : "0")])
            }
            let options = ListOptions(labelSelector: "even=1", limit: 2)
            var page = try await cluster.client.list(.leases, namespace: cluster.namespace, options: options)
            #expect(page.items.map(\.name) == ["a0", "a2"])
            #expect(page.remainingItemCount == nil)
            let rest = ListOptions(labelSelector: "even=1", limit: 2, continueToken: page.continueToken)
            page = try await cluster.client.list(.leases, namespace: cluster.namespace, options: rest)
            #expect(page.items.map(\.name) == ["a4"])
        }
    }

    @Test func `a continue token that is none is a bad request`() async throws {
        try await withCluster { cluster in
            try await refused(.badRequest) {
                _ = try await cluster.names(.leases, ListOptions(limit: 1, continueToken: "nonsense"))
            }
        }
    }

    @Test func `an exact list shows the past, any other the present`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.leases, "a")
            let then = try await cluster.resourceVersion(.leases)
            try await cluster.create(.leases, "b")
            try await cluster.client.delete(.leases, cluster.name("a"))
            let now = try await cluster.resourceVersion(.leases)
            let exact = ListOptions(resourceVersion: then, resourceVersionMatch: .exact)
            #expect(try await cluster.names(.leases, exact) == ["a"])
            let fresh = ListOptions(resourceVersion: now, resourceVersionMatch: .notOlderThan)
            #expect(try await cluster.names(.leases, fresh) == ["b"])
            let past = try await cluster.client.list(.leases, namespace: cluster.namespace, options: exact)
            #expect(past.resourceVersion == then)
        }
    }

    @Test func `any version at all may be asked for`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.leases, "a")
            // Whatever the server has at hand, which may be older than the creation.
            let names = try await cluster.names(.leases, ListOptions(resourceVersion: "0"))
            #expect(Set(names).isSubset(of: ["a"]))
        }
    }

    @Test func `a resource version of the future is too large`() async throws {
        try await withCluster { cluster in
            let current = try #require(Int64(try await cluster.resourceVersion(.leases)))
            let options = ListOptions(
                resourceVersion: String(current + 1_000_000_000),
                resourceVersionMatch: .notOlderThan
            )
            let status = try await refused(.resourceVersionTooLarge) { _ = try await cluster.names(.leases, options) }
            #expect(status.code == 504)
            #expect(status.causes.map(\.reason) == ["ResourceVersionTooLarge"])
        }
    }

    @Test func `a match needs a version, and an exact one needs a real version`() async throws {
        try await withCluster { cluster in
            let wrong = [
                ListOptions(resourceVersionMatch: .exact), ListOptions(resourceVersionMatch: .notOlderThan),
                ListOptions(resourceVersion: "0", resourceVersionMatch: .exact),
            ]
            for options in wrong {
                let status = try await refused(.invalid) { _ = try await cluster.names(.leases, options) }
                #expect(status.faults == ["FieldValueForbidden resourceVersionMatch"])
            }
        }
    }

    @Test func `metadata alone may be asked for`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.leases, "a", ["spec": ["holderIdentity": "x"]], labels: ["one": "1"])
            var options = ListOptions()
            options.metadataOnly = true
            let list = try await cluster.client.list(.leases, namespace: cluster.namespace, options: options)
            #expect(list.items.first?["metadata"]?["labels"] == ["one": "1"])
            #expect(list.items.first?["spec"] == nil)
            #expect(list.items.first?["kind"] == "PartialObjectMetadata")
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct CreateTests {
    @Test func `a new object gets identity, time, version and an owner of its fields`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.leases, "a", ["spec": ["holderIdentity": "me"]])
            #expect(created.uid.utf8.count == 36)
            #expect(Timestamp.parse(created["metadata"]?["creationTimestamp"]?.string ?? "") != nil)
            #expect(!created.resourceVersion.isEmpty)
            #expect(created.managers == ["conformance Update"])
            #expect(created["spec"] == ["holderIdentity": "me"])
            #expect(try await cluster.get(.leases, "a") == created)
        }
    }

    @Test func `what only the server may say is not taken from the client`() async throws {
        try await withCluster { cluster in
            let metadata: JSONValue = [
                "uid": "11111111-2222-3333-4444-555555555555", "creationTimestamp": "2001-01-01T00:00:00Z",
                "deletionTimestamp": "2001-01-01T00:00:00Z",
            ]
            let created = try await cluster.create(.leases, "a", ["metadata": metadata])
            #expect(created.uid != "11111111-2222-3333-4444-555555555555")
            #expect(created["metadata"]?["creationTimestamp"] != "2001-01-01T00:00:00Z")
            #expect(created.deletionTimestamp == nil)
        }
    }

    @Test func `each write has a greater resource version than the one before`() async throws {
        try await withCluster { cluster in
            let first = try #require(Int64(try await cluster.create(.leases, "a").resourceVersion))
            let second = try #require(Int64(try await cluster.create(.configMaps, "b").resourceVersion))
            let third = try #require(Int64(try await cluster.resourceVersion(.leases)))
            #expect(first < second)
            #expect(second <= third)
        }
    }

    @Test func `a taken name is AlreadyExists, in a dry run too`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.leases, "a", ["spec": ["holderIdentity": "first"]])
            for options in [WriteOptions(), WriteOptions(dryRun: true)] {
                let status = try await refused(.alreadyExists) {
                    try await cluster.create(.leases, "a", ["spec": ["holderIdentity": "second"]], options: options)
                }
                #expect(status.code == 409)
                #expect(status.name == "a")
                #expect(status.group == "coordination.k8s.io")
                #expect(status.kind == "leases")
            }
            #expect(try await cluster.get(.leases, "a") == created)
        }
    }

    @Test func `of many creations of one name one succeeds`() async throws {
        try await withCluster { cluster in
            let successes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        do {
                            try await cluster.create(.leases, "a", ["spec": ["holderIdentity": .string("\(index)")]])
                            return true
                        } catch let error as KubeError where error.code == .alreadyExists {
                            return false
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(successes == 1)
        }
    }

    @Test func `a namespace that does not exist is not found`() async throws {
        try await withCluster { cluster in
            let absent = "absent-\(cluster.suffix)"
            let status = try await refused(.notFound) {
                _ = try await cluster.client.create(
                    .leases,
                    ["metadata": ["name": "a"], "apiVersion": "coordination.k8s.io/v1", "kind": "Lease"],
                    namespace: absent
                )
            }
            #expect(status.name == absent)
            #expect(status.kind == "namespaces")
        }
    }

    @Test func `a generated name begins with its prefix and differs each time`() async throws {
        try await withCluster { cluster in
            let object: JSONValue = [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["generateName": "some-"],
            ]
            var names: Set<String> = []
            for _ in 0..<5 {
                let created = try await cluster.client.create(.leases, object, namespace: cluster.namespace)
                #expect(created.name.hasPrefix("some-"))
                #expect(created.name.utf8.count == 10)
                #expect(created["metadata"]?["generateName"] == "some-")
                names.insert(created.name)
            }
            #expect(names.count == 5)
        }
    }

    @Test func `an object without any name is invalid`() async throws {
        try await withCluster { cluster in
            let status = try await refused(.invalid) {
                _ = try await cluster.client.create(
                    .leases,
                    ["apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": [:]],
                    namespace: cluster.namespace
                )
            }
            #expect(status.code == 422)
            #expect(status.faults == ["FieldValueRequired metadata.name"])
        }
    }

    @Test(arguments: ["Upper", "under_score", "-dash", "dash-", "a..b", "ü"])
    func `a name that is none is invalid`(name: String) async throws {
        try await withCluster { cluster in
            let status = try await refused(.invalid) { try await cluster.create(.leases, name) }
            #expect(status.faults == ["FieldValueInvalid metadata.name"])
            #expect(status.kind == "Lease")
        }
    }

    @Test func `labels, annotations and finalizers must look like such`() async throws {
        try await withCluster { cluster in
            let cases: [(JSONValue, String)] = [
                (["labels": ["not a key": "x"]], "metadata.labels"),
                (["labels": ["key": "not a value"]], "metadata.labels"),
                (["annotations": ["not a key": "x"]], "metadata.annotations"),
            ]
            for (metadata, field) in cases {
                let status = try await refused(.invalid) {
                    try await cluster.create(.leases, "a", ["metadata": metadata])
                }
                #expect(status.faults == ["FieldValueInvalid \(field)"])
            }
        }
    }

    @Test func `a resource version has no place in a new object`() async throws {
        try await withCluster { cluster in
            try await refused(.serverError) {
                try await cluster.create(.leases, "a", ["metadata": ["resourceVersion": "1"]])
            }
            #expect(try await cluster.names(.leases).isEmpty)
        }
    }

    @Test func `an object of another namespace, version or kind is a bad request`() async throws {
        try await withCluster { cluster in
            var elsewhere = cluster.object(.leases, "a")
            elsewhere["metadata"]?["namespace"] = "default"
            let objects: [JSONValue] = [
                elsewhere, cluster.object(.configMaps, "a"),
                ["apiVersion": "coordination.k8s.io/v1", "kind": "Lock", "metadata": ["name": "a"]],
                ["apiVersion": "coordination.k8s.io/v0", "kind": "Lease", "metadata": ["name": "a"]],
                [],
            ]
            for object in objects {
                let status = try await refused(.badRequest) {
                    _ = try await cluster.client.create(.leases, object, namespace: cluster.namespace)
                }
                #expect(status.code == 400)
            }
        }
    }

    @Test func `a member of a wrong type is a bad request`() async throws {
        try await withCluster { cluster in
            let specs: [JSONValue] = [
                ["leaseDurationSeconds": "ten"], ["holderIdentity": 1], ["renewTime": "noon"], [],
            ]
            for spec in specs {
                try await refused(.badRequest) { try await cluster.create(.leases, "a", ["spec": spec]) }
            }
        }
    }

    @Test func `a dry run answers as if and stores nothing`() async throws {
        try await withCluster { cluster in
            let shown = try await cluster.create(.leases, "a", options: WriteOptions(dryRun: true))
            #expect(shown.name == "a")
            #expect(!shown.uid.isEmpty)
            #expect(try await cluster.client.get(.leases, cluster.name("a")) == nil)
        }
    }
}

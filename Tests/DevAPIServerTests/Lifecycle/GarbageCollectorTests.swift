// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import DevAPIServer

struct GarbageCollectorTests {
    private func owner(_ object: JSONValue, blocks: Bool = false, uid: String? = nil) -> JSONValue {
        [
            "apiVersion": object["apiVersion"] ?? "", "kind": object["kind"] ?? "", "name": .string(object.name),
            "uid": .string(uid ?? object.uid), "blockOwnerDeletion": .bool(blocks),
        ]
    }

    private func names(_ server: TestServer) async throws -> [String] {
        try await server.send(server.request(.list, "configmaps")).itemNames
    }

    @Test func `dependents follow their owner, and theirs follow them`() async throws {
        let server = TestServer()
        let a = try await server.create("configmaps", "a")
        let b = try await server.create("configmaps", "b", metadata: ["ownerReferences": [owner(a)]])
        try await server.create("configmaps", "c", metadata: ["ownerReferences": [owner(b)]])
        try await server.create("configmaps", "d")
        try await server.send(server.request(.delete, "configmaps", "a"))
        #expect(try await names(server) == ["b", "c", "d"])
        server.settle()
        #expect(try await names(server) == ["d"])
    }

    @Test func `the running server collects by itself`() async throws {
        let server = TestServer()
        let a = try await server.create("configmaps", "a")
        try await server.create("configmaps", "b", metadata: ["ownerReferences": [owner(a)]])
        let watch = try await server.watch("configmaps", ["resourceVersion": "\(server.handler.storage.revision)"])
        let events = try await withDeadline {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await server.handler.run() }
                defer { group.cancelAll() }
                try await server.send(server.request(.delete, "configmaps", "a"))
                return try await watch.take(2)
            }
        }
        #expect(events == ["DELETED a", "DELETED b"])
    }

    @Test func `an object with another owner left stays, and is cut loose from the first`() async throws {
        let server = TestServer()
        let a = try await server.create("configmaps", "a")
        let b = try await server.create("configmaps", "b")
        try await server.create("configmaps", "c", metadata: ["ownerReferences": [owner(a), owner(b)]])
        try await server.send(server.request(.delete, "configmaps", "a"))
        server.settle()
        let kept = try #require(try await server.get("configmaps", "c"))
        #expect(kept["metadata"]?["ownerReferences"]?.array?.map { $0["name"] } == ["b"])
    }

    @Test func `an object whose owner was never there goes`() async throws {
        let server = TestServer()
        let a = try await server.create("configmaps", "a")
        try await server.create("configmaps", "b", metadata: ["ownerReferences": [owner(a, uid: "another")]])
        let elsewhere = owner(try await server.create("configmaps", "x", namespace: "kube-system"))
        try await server.create("configmaps", "c", metadata: ["ownerReferences": [elsewhere]])
        let unknown: JSONValue = ["apiVersion": "x.y/v1", "kind": "Z", "name": "z", "uid": "z"]
        try await server.create("configmaps", "d", metadata: ["ownerReferences": [unknown]])
        server.settle()
        // An owner of an unknown kind may well exist.
        #expect(try await names(server) == ["a", "d"])
    }

    @Test func `orphaned dependents lose their reference and stay`() async throws {
        let server = TestServer()
        let a = try await server.create("configmaps", "a")
        try await server.create("configmaps", "b", metadata: ["ownerReferences": [owner(a)]])
        let marked = try await server.send(
            server.request(.delete, "configmaps", "a", body: ["propagationPolicy": "Orphan"])
        )
        #expect(marked["metadata"]?["finalizers"] == ["orphan"])
        server.settle()
        #expect(try await names(server) == ["b"])
        #expect(try await server.get("configmaps", "b")?["metadata"]?["ownerReferences"] == nil)
    }

    @Test func `a foreground deletion waits for the dependents that block it`() async throws {
        let server = TestServer()
        let a = try await server.create("configmaps", "a")
        let held: JSONObject = ["ownerReferences": [owner(a, blocks: true)], "finalizers": ["example.com/hold"]]
        try await server.create("configmaps", "b", metadata: held)
        try await server.create("configmaps", "c", metadata: ["ownerReferences": [owner(a)]])
        try await server.send(server.request(.delete, "configmaps", "a", query: ["propagationPolicy": "Foreground"]))
        server.settle()
        #expect(try await server.get("configmaps", "a")?["metadata"]?["finalizers"] == ["foregroundDeletion"])
        #expect(try await server.get("configmaps", "b")?["metadata"]?["deletionTimestamp"] != nil)
        try await server.send(server.patch(.merge, "configmaps", "b", ["metadata": ["finalizers": .null]]))
        server.settle()
        #expect(try await names(server) == [])
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct DeleteTests {
    @Test func `a deletion answers with a success that names the object`() async throws {
        let server = TestServer()
        let object = try await server.create("configmaps", "a")
        let status = try await server.send(server.request(.delete, "configmaps", "a"))
        #expect(status["status"] == "Success")
        #expect(status["details"] == ["name": "a", "kind": "configmaps", "uid": .string(object.uid)])
        #expect(try await server.get("configmaps", "a") == nil)
        #expect(await server.refusal(server.request(.delete, "configmaps", "a"))?.code == 404)
    }

    @Test func `preconditions name the object that is meant`() async throws {
        let server = TestServer()
        let object = try await server.create("configmaps", "a")
        let wrong = server.request(.delete, "configmaps", "a", body: ["preconditions": ["uid": "x"]])
        let status = try #require(await server.refusal(wrong))
        #expect(status.code == 409)
        #expect(
            status.message == "Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (x) does "
                + "not match the UID in record (\(object.uid)). The object might have been deleted and then recreated"
        )
        let version = server.request(.delete, "configmaps", "a", body: ["preconditions": ["resourceVersion": "1"]])
        #expect(await server.refusal(version)?.reason == "Conflict")
        let right = server.request(
            .delete,
            "configmaps",
            "a",
            body: ["preconditions": ["uid": .string(object.uid), "resourceVersion": .string(object.resourceVersion)]]
        )
        try await server.send(right)
        #expect(try await server.get("configmaps", "a") == nil)
    }

    @Test func `finalizers hold an object until the last is removed`() async throws {
        let server = TestServer()
        try await server.defineWidgets()
        try await server.create("widgets", "w", metadata: ["finalizers": ["example.com/a", "example.com/b"]])
        let watch = try await server.watch("widgets")
        #expect(try await watch.take(1) == ["ADDED w"])
        let marked = try await server.send(server.request(.delete, "widgets", "w"))
        #expect(marked["kind"] == "Widget")
        #expect(marked["metadata"]?["deletionTimestamp"] == "2027-01-15T08:00:00Z")
        #expect(marked["metadata"]?["deletionGracePeriodSeconds"] == 0)
        #expect(marked["metadata"]?["generation"] == 2)
        let again = try await server.send(server.request(.delete, "widgets", "w"))
        #expect(again.resourceVersion == marked.resourceVersion)
        let added = server.patch(.merge, "widgets", "w", ["metadata": ["finalizers": ["example.com/c"]]])
        #expect(await server.refusal(added)?.message.contains("no new finalizers can be added") == true)
        try await server.send(
            server.patch(.merge, "widgets", "w", ["metadata": ["finalizers": ["example.com/b"]]])
        )
        #expect(try await server.get("widgets", "w") != nil)
        try await server.send(server.patch(.merge, "widgets", "w", ["metadata": ["finalizers": .null]]))
        #expect(try await server.get("widgets", "w") == nil)
        #expect(try await watch.take(3) == ["MODIFIED w", "MODIFIED w", "DELETED w"])
    }

    @Test func `a deletion has a resource version of its own`() async throws {
        let server = TestServer()
        let object = try await server.create("configmaps", "a")
        let watch = try await server.watch("configmaps", ["resourceVersion": object.resourceVersion])
        try await server.send(server.request(.delete, "configmaps", "a"))
        let event = try #require(try await watch.next())
        #expect(event.kind == .deleted)
        #expect(Int64(event.event.object.resourceVersion) == server.handler.storage.revision)
        #expect(event.event.object.resourceVersion != object.resourceVersion)
    }

    @Test func `a collection is deleted by selector and answered as a list`() async throws {
        let server = TestServer()
        for name in ["a", "b", "c"] {
            try await server.create("configmaps", name, metadata: ["labels": ["x": name == "c" ? "no" : "yes"]])
        }
        let list = try await server.send(
            server.request(.deletecollection, "configmaps", query: ["labelSelector": "x=yes"])
        )
        #expect(list["kind"] == "ConfigMapList")
        #expect(list.itemNames == ["a", "b"])
        #expect(try await server.send(server.request(.list, "configmaps")).itemNames == ["c"])
    }

    @Test func `a dry run deletes nothing`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a")
        try await server.send(server.request(.delete, "configmaps", "a", query: ["dryRun": "All"]))
        #expect(try await server.get("configmaps", "a") != nil)
    }

    @Test func `unknown policies are refused`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a")
        let request = server.request(.delete, "configmaps", "a", body: ["propagationPolicy": "Sideways"])
        #expect(await server.refusal(request)?.code == 422)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct UpdateTests {
    @Test func `an update with an old resource version is a conflict`() async throws {
        let server = TestServer()
        var first = try await server.create("configmaps", "a")
        first["data"] = ["k": "1"]
        try await server.send(server.request(.update, "configmaps", "a", body: first))
        first["data"] = ["k": "2"]
        let status = try #require(await server.refusal(server.request(.update, "configmaps", "a", body: first)))
        #expect(status.code == 409)
        #expect(status.reason == "Conflict")
        #expect(
            status.message == "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please "
                + "apply your changes to the latest version and try again"
        )
        #expect(try await server.get("configmaps", "a")?["data"]?["k"] == "1")
    }

    @Test func `an update without a resource version wins for built-in kinds and is refused for custom ones`()
        async throws
    {
        let server = TestServer()
        try await server.defineWidgets()
        try await server.create("configmaps", "a")
        let body = server.object("configmaps", "a", ["data": ["k": "v"]])
        let updated = try await server.send(server.request(.update, "configmaps", "a", body: body))
        #expect(updated["data"]?["k"] == "v")
        try await server.create("widgets", "w")
        let widget = server.object("widgets", "w")
        let status = try #require(await server.refusal(server.request(.update, "widgets", "w", body: widget)))
        #expect(
            status.message == "Widget.example.com \"w\" is invalid: metadata.resourceVersion: Invalid value: 0x0: must "
                + "be specified for an update"
        )
    }

    @Test func `an update that changes nothing keeps the resource version`() async throws {
        let server = TestServer()
        let object = try await server.create("configmaps", "a", ["data": ["k": "v"]])
        let updated = try await server.send(server.request(.update, "configmaps", "a", body: object))
        #expect(updated.resourceVersion == object.resourceVersion)
        let revision = server.handler.storage.revision
        try await server.send(server.patch(.merge, "configmaps", "a", ["data": ["k": "v"]]))
        #expect(server.handler.storage.revision == revision)
    }

    @Test func `times in another offset and empty collections change nothing`() async throws {
        let server = TestServer()
        var object = try await server.create("configmaps", "a", ["data": ["k": "v"]])
        let time = try #require(object["metadata"]?["creationTimestamp"]?.string)
        object["metadata", default: [:]]["creationTimestamp"] = .string(time.replacing("Z", with: "+00:00"))
        object["metadata", default: [:]]["labels"] = [:]
        object["metadata", default: [:]]["finalizers"] = []
        let updated = try await server.send(server.request(.update, "configmaps", "a", body: object))
        #expect(updated["metadata"]?["creationTimestamp"] == .string(time))
        #expect(updated["metadata"]?["labels"] == nil)
        #expect(updated["metadata"]?["finalizers"] == nil)
        #expect(updated.resourceVersion == object.resourceVersion)
    }

    @Test func `another identity is a conflict`() async throws {
        let server = TestServer()
        var object = try await server.create("configmaps", "a")
        object["metadata", default: [:]]["uid"] = "other"
        let status = try #require(await server.refusal(server.request(.update, "configmaps", "a", body: object)))
        #expect(status.code == 409)
        #expect(status.message.contains("Precondition failed: UID in precondition: other, UID in object meta: "))
    }

    @Test func `names of path and body must agree`() async throws {
        let server = TestServer()
        let object = try await server.create("configmaps", "a")
        let status = try #require(await server.refusal(server.request(.update, "configmaps", "b", body: object)))
        #expect(status.code == 400)
        #expect(status.message == "the name of the object (a) does not match the name on the URL (b)")
    }

    @Test func `a missing object is not made by an update, but a lease is`() async throws {
        let server = TestServer()
        let body = server.object("configmaps", "a")
        #expect(await server.refusal(server.request(.update, "configmaps", "a", body: body))?.code == 404)
        let lease = server.object("leases", "l")
        let created = try await server.send(server.request(.update, "leases", "l", body: lease))
        #expect(created.uid.isEmpty == false)
    }

    @Test func `only changes of content raise the generation`() async throws {
        let server = TestServer()
        try await server.defineWidgets()
        let first = try await server.create("widgets", "w", ["spec": ["a": 1]])
        #expect(first["metadata"]?["generation"] == 1)
        let labelled = try await server.send(
            server.patch(.merge, "widgets", "w", ["metadata": ["labels": ["a": "b"]]])
        )
        #expect(labelled["metadata"]?["generation"] == 1)
        let changed = try await server.send(server.patch(.merge, "widgets", "w", ["spec": ["a": 2]]))
        #expect(changed["metadata"]?["generation"] == 2)
        let status = try await server.send(
            server.patch(.merge, "widgets", "w", ["status": ["ok": true]], subresource: "status")
        )
        #expect(status["metadata"]?["generation"] == 2)
        let forged = try await server.send(
            server.patch(.merge, "widgets", "w", ["metadata": ["generation": 99]])
        )
        #expect(forged["metadata"]?["generation"] == 2)
    }

    @Test func `each of the two paths ignores the other's part`() async throws {
        let server = TestServer()
        try await server.defineWidgets()
        let created = try await server.create("widgets", "w", ["spec": ["a": 1], "status": ["ok": false]])
        #expect(created["status"] == nil)
        var body = created
        body["spec"] = ["a": 2]
        body["status"] = ["ok": true]
        body["metadata", default: [:]]["labels"] = ["a": "b"]
        var request = server.request(.update, "widgets", "w", body: body)
        request.subresource = "status"
        let status = try await server.send(request)
        #expect(status["spec"] == ["a": 1])
        #expect(status["status"] == ["ok": true])
        #expect(status["metadata"]?["labels"] == nil)
        body["metadata", default: [:]]["resourceVersion"] = .string(status.resourceVersion)
        body["status"] = ["ok": false]
        let main = try await server.send(server.request(.update, "widgets", "w", body: body))
        #expect(main["spec"] == ["a": 2])
        #expect(main["status"] == ["ok": true])
    }

    @Test func `an immutable config map keeps its data`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a", ["data": ["k": "v"], "immutable": true])
        let status = try #require(
            await server.refusal(server.patch(.merge, "configmaps", "a", ["data": ["k": "w"]]))
        )
        #expect(
            status.message
                == "ConfigMap \"a\" is invalid: data: Forbidden: field is immutable when `immutable` is set"
        )
    }
}

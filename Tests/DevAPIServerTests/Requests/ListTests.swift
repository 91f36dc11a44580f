// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct ListTests {
    private func filled(_ count: Int = 5) async throws -> TestServer {
        let server = TestServer()
        for index in (0..<count).reversed() {
            try await server.create("configmaps", "c\(index)", metadata: ["labels": ["n": .string("\(index)")]])
        }
        return server
    }

    @Test func `objects come sorted by namespace and name`() async throws {
        let server = try await filled(3)
        try await server.create("configmaps", "z", namespace: "kube-system")
        try await server.create("namespaces", "abc", namespace: nil)
        try await server.create("configmaps", "y", namespace: "abc")
        let list = try await server.send(server.request(.list, "configmaps", namespace: nil))
        #expect(list["kind"] == "ConfigMapList")
        #expect(list["apiVersion"] == "v1")
        #expect(list.itemNames == ["y", "c0", "c1", "c2", "z"])
        #expect(list.resourceVersion == String(server.handler.storage.revision))
        #expect(try await server.send(server.request(.list, "configmaps")).itemNames == ["c0", "c1", "c2"])
    }

    @Test func `pages make one consistent list although objects come and go`() async throws {
        let server = try await filled(5)
        let first = try await server.send(server.request(.list, "configmaps", query: ["limit": "2"]))
        #expect(first.itemNames == ["c0", "c1"])
        #expect(first["metadata"]?["remainingItemCount"] == 3)
        try await server.send(server.request(.delete, "configmaps", "c3"))
        try await server.create("configmaps", "c33")
        try await server.send(server.patch(.merge, "configmaps", "c4", ["data": ["k": "new"]]))
        let token = try #require(first["metadata"]?["continue"]?.string)
        let second = try await server.send(
            server.request(.list, "configmaps", query: ["limit": "2", "continue": token])
        )
        #expect(second.itemNames == ["c2", "c3"])
        #expect(second.resourceVersion == first.resourceVersion)
        let last = try #require(second["metadata"]?["continue"]?.string)
        let third = try await server.send(server.request(.list, "configmaps", query: ["limit": "2", "continue": last]))
        #expect(third.itemNames == ["c4"])
        #expect(third["items"]?[0]?["data"] == nil)
        #expect(third["metadata"]?["continue"] == nil)
    }

    @Test func `a page of a selection is filled from what is selected`() async throws {
        let server = try await filled(5)
        let query = ["limit": "2", "labelSelector": "n in (1,3,4)"]
        let first = try await server.send(server.request(.list, "configmaps", query: query))
        #expect(first.itemNames == ["c1", "c3"])
        #expect(first["metadata"]?["remainingItemCount"] == nil)
        let token = try #require(first["metadata"]?["continue"]?.string)
        let second = try await server.send(
            server.request(.list, "configmaps", query: query.merging(["continue": token]) { $1 })
        )
        #expect(second.itemNames == ["c4"])
    }

    @Test func `an expired or foreign token is refused`() async throws {
        let server = try await filled(5)
        let first = try await server.send(server.request(.list, "configmaps", query: ["limit": "2"]))
        let token = try #require(first["metadata"]?["continue"]?.string)
        server.handler.forgetHistory()
        let request = server.request(.list, "configmaps", query: ["continue": token])
        let expired = try #require(await server.refusal(request))
        #expect(expired.code == 410)
        #expect(expired.reason == "Expired")
        let foreign = server.request(.list, "configmaps", query: ["continue": "rubbish"])
        #expect(await server.refusal(foreign)?.code == 400)
    }

    @Test func `a resource version of the future is too large`() async throws {
        let server = try await filled(1)
        let current = server.handler.storage.revision
        let request = server.request(.list, "configmaps", query: ["resourceVersion": "\(current + 5)"])
        let status = try #require(await server.refusal(request))
        #expect(status.code == 504)
        #expect(status.reason == "Timeout")
        #expect(status.message == "Too large resource version: \(current + 5), current: \(current)")
        #expect(status.causes.first?.reason == "ResourceVersionTooLarge")
        #expect(status.retryAfterSeconds == 1)
    }

    @Test func `an exact list shows the past, any other the present`() async throws {
        let server = try await filled(2)
        let then = String(server.handler.storage.revision)
        try await server.send(server.request(.delete, "configmaps", "c0"))
        func names(_ query: [String: String]) async throws -> [String] {
            try await server.send(server.request(.list, "configmaps", query: query)).itemNames
        }
        #expect(try await names(["resourceVersion": then, "resourceVersionMatch": "Exact"]) == ["c0", "c1"])
        #expect(try await names(["resourceVersion": then, "resourceVersionMatch": "NotOlderThan"]) == ["c1"])
        #expect(try await names(["resourceVersion": then]) == ["c1"])
        #expect(try await names(["resourceVersion": "0"]) == ["c1"])
        #expect(try await names(["resourceVersion": then, "limit": "5"]) == ["c0", "c1"])
        server.handler.forgetHistory()
        let request = server.request(
            .list,
            "configmaps",
            query: ["resourceVersion": then, "resourceVersionMatch": "Exact"]
        )
        #expect(await server.refusal(request)?.code == 410)
    }

    @Test(arguments: [
        (["resourceVersionMatch": "Exact"], 422),
        (["resourceVersionMatch": "Exact", "resourceVersion": "0"], 422),
        (["resourceVersionMatch": "Roughly", "resourceVersion": "1"], 422),
        (["sendInitialEvents": "true"], 422),
        (["resourceVersion": "abc"], 400),
        (["labelSelector": "a in"], 400),
        (["fieldSelector": "spec.colour=red"], 400),
    ])
    func `parameters that make no sense are refused`(_ query: [String: String], _ code: Int) async throws {
        let server = TestServer()
        #expect(await server.refusal(server.request(.list, "configmaps", query: query))?.code == code)
    }

    @Test func `fields that are declared select`() async throws {
        let server = try await filled(3)
        let byName = server.request(.list, "configmaps", query: ["fieldSelector": "metadata.name=c1"])
        #expect(try await server.send(byName).itemNames == ["c1"])
        let others = server.request(.list, "configmaps", query: ["fieldSelector": "metadata.name!=c1"])
        #expect(try await server.send(others).itemNames == ["c0", "c2"])
        try await server.create("secrets", "s", ["type": "a/b"])
        try await server.create("secrets", "t")
        let byType = server.request(.list, "secrets", query: ["fieldSelector": "type=a/b"])
        #expect(try await server.send(byType).itemNames == ["s"])
    }

    @Test func `events are one storage with two shapes`() async throws {
        let server = TestServer()
        var write = server.request(.create, "events")
        write.group = "events.k8s.io"
        write.body =
            JSONValue(
                dictionaryLiteral: ("apiVersion", "events.k8s.io/v1"),
                ("kind", "Event"),
                ("metadata", ["name": "e"]),
                ("regarding", ["name": "x", "kind": "Widget"]),
                ("note", "it happened"),
                ("reason", "Happened"),
                ("reportingController", "tests")
            ).jsonBytes
        let written = try await server.send(write)
        #expect(written["note"] == "it happened")
        let core = try #require(try await server.get("events", "e"))
        #expect(core["apiVersion"] == "v1")
        #expect(core["message"] == "it happened")
        #expect(core["involvedObject"] == ["name": "x", "kind": "Widget"])
        #expect(core["reportingComponent"] == "tests")
        #expect(core["note"] == nil)
        let found = server.request(.list, "events", query: ["fieldSelector": "involvedObject.name=x"])
        #expect(try await server.send(found).itemNames == ["e"])
        var read = server.request(.list, "events", query: ["fieldSelector": "regarding.name=x"])
        read.group = "events.k8s.io"
        let list = try await server.send(read)
        #expect(list["apiVersion"] == "events.k8s.io/v1")
        #expect(list["items"]?[0]?["regarding"]?["name"] == "x")
    }
}

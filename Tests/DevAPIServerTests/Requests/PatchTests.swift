// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct PatchTests {
    @Test func `a merge patch sets and removes members`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a", ["data": ["k": "v", "l": "w"]])
        let object = try await server.send(
            server.patch(.merge, "configmaps", "a", ["data": ["k": .null, "m": "x"]])
        )
        #expect(object["data"] == ["l": "w", "m": "x"])
    }

    @Test func `a JSON patch is applied, and a failed test changes nothing`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a", ["data": ["k": "v"]])
        let good: JSONValue = [
            ["op": "test", "path": "/data/k", "value": "v"], ["op": "replace", "path": "/data/k", "value": "w"],
        ]
        #expect(try await server.send(server.patch(.json, "configmaps", "a", good))["data"]?["k"] == "w")
        let status = try #require(await server.refusal(server.patch(.json, "configmaps", "a", good)))
        #expect(status.code == 422)
        #expect(status.reason == "Invalid")
        #expect(try await server.get("configmaps", "a")?["data"]?["k"] == "w")
    }

    @Test func `a resource version in a patch is a precondition`() async throws {
        let server = TestServer()
        let object = try await server.create("configmaps", "a")
        let patch: JSONValue = [
            "metadata": ["resourceVersion": .string(object.resourceVersion)], "data": ["k": "v"],
        ]
        try await server.send(server.patch(.merge, "configmaps", "a", patch))
        let again: JSONValue = [
            "metadata": ["resourceVersion": .string(object.resourceVersion)], "data": ["k": "w"],
        ]
        #expect(await server.refusal(server.patch(.merge, "configmaps", "a", again))?.reason == "Conflict")
    }

    @Test func `strategic merge is for built-in kinds`() async throws {
        let server = TestServer()
        try await server.defineWidgets()
        try await server.create("widgets", "w")
        let status = try #require(
            await server.refusal(server.patch(.strategicMerge, "widgets", "w", ["spec": ["a": 1]]))
        )
        #expect(status.code == 415)
        #expect(status.reason == "UnsupportedMediaType")
        #expect(
            status.message == "the body of the request was in an unknown format - accepted media types include: "
                + "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
        )
        try await server.create("configmaps", "a")
        let object = try await server.send(
            server.patch(.strategicMerge, "configmaps", "a", ["data": ["k": "v"]])
        )
        #expect(object["data"]?["k"] == "v")
    }

    @Test func `an apply creates what is not there and needs a manager`() async throws {
        let server = TestServer()
        let body = server.object("configmaps", "a", ["data": ["k": "v"]])
        let nameless = try #require(await server.refusal(server.patch(.apply, "configmaps", "a", body)))
        #expect(
            nameless.message == "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required "
                + "for apply patch"
        )
        let request = server.patch(.apply, "configmaps", "a", body, query: ["fieldManager": "m"])
        guard case .object(let code, let created, _, _) = await server.handler.handle(request) else {
            Issue.record("the apply was refused")
            return
        }
        #expect(code == 201)
        #expect(created["data"]?["k"] == "v")
        #expect(created.uid.isEmpty == false)
        #expect(try await server.get("configmaps", "a") == created)
    }

    @Test func `force is for apply alone`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a")
        let request = server.patch(.merge, "configmaps", "a", ["data": [:]], query: ["force": "true"])
        #expect(await server.refusal(request)?.message.contains("may not be specified for non-apply patch") == true)
    }

    @Test func `a patch may not rename`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a")
        let request = server.patch(.merge, "configmaps", "a", ["metadata": ["name": "b"]])
        let status = try #require(await server.refusal(request))
        #expect(status.message == "the name of the object (b) does not match the name on the URL (a)")
    }

    @Test func `duplicate members are warned of, refused or ignored as asked`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a")
        func request(_ validation: String?) -> APIRequest {
            var request = server.patch(.merge, "configmaps", "a", [:])
            request.body = Array("{\"data\":{\"k\":\"1\",\"k\":\"2\"}}".utf8)
            request.query["fieldValidation"] = validation
            return request
        }
        guard case .object(_, let object, _, let warnings) = await server.handler.handle(request(nil)) else {
            Issue.record("the patch was refused")
            return
        }
        #expect(object["data"]?["k"] == "2")
        #expect(warnings == ["duplicate field \"data.k\""])
        #expect(await server.refusal(request("Strict"))?.code == 400)
        #expect(await server.refusal(request("Ignore")) == nil)
        #expect(await server.refusal(request("Loud"))?.code == 422)
    }

    @Test func `patches of many tasks at once are all done`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a", ["data": [:]])
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<50 {
                group.addTask {
                    // A client tries again, as kubectl does, when even the server's own attempts were too few.
                    let patch = server.patch(.merge, "configmaps", "a", ["data": ["k\(index)": "v"]])
                    while await server.refusal(patch) != nil {}
                }
            }
        }
        #expect(try await server.get("configmaps", "a")?["data"]?.object?.count == 50)
    }
}

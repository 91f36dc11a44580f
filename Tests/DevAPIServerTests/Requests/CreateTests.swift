// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct CreateTests {
    @Test func `a new object gets identity, time, version and managed fields`() async throws {
        let server = TestServer()
        let object = try await server.create("configmaps", "a", ["data": ["k": "v"]])
        let metadata = try #require(object["metadata"])
        #expect(metadata["uid"]?.string?.utf8.count == 36)
        #expect(Array(object.uid.utf8)[14] == UInt8(ascii: "4"))
        #expect(metadata["creationTimestamp"] == "2027-01-15T08:00:00Z")
        #expect(metadata["namespace"] == "default")
        #expect(metadata["generation"] == nil)
        #expect(Int64(object.resourceVersion) == server.handler.storage.revision)
        #expect(object["data"] == ["k": "v"])
        #expect(try await server.get("configmaps", "a") == object)
    }

    @Test func `a taken name is AlreadyExists`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a")
        let body = server.object("configmaps", "a")
        let status = try #require(await server.refusal(server.request(.create, "configmaps", body: body)))
        #expect(status.code == 409)
        #expect(status.reason == "AlreadyExists")
        #expect(status.message == "configmaps \"a\" already exists")
        #expect(status.kind == "configmaps")
    }

    @Test func `a namespace that does not exist is not found`() async throws {
        let server = TestServer()
        let body = server.object("configmaps", "a")
        let request = server.request(.create, "configmaps", namespace: "nowhere", body: body)
        let status = try #require(await server.refusal(request))
        #expect(status.code == 404)
        #expect(status.message == "namespaces \"nowhere\" not found")
    }

    @Test func `a generated name begins with its prefix and differs each time`() async throws {
        let server = TestServer()
        let body: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["generateName": "job-"]]
        let first = try await server.send(server.request(.create, "configmaps", body: body))
        let second = try await server.send(server.request(.create, "configmaps", body: body))
        #expect(first.name.hasPrefix("job-"))
        #expect(first.name.utf8.count == 9)
        #expect(first.name != second.name)
        #expect(first["metadata"]?["generateName"] == "job-")
    }

    struct BadBody: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var body: JSONValue
        var code: Int
        var message: String
    }

    @Test(arguments: [
        BadBody(
            testDescription: "no name",
            body: ["apiVersion": "v1", "kind": "ConfigMap", "metadata": [:]],
            code: 422,
            message: "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required"
        ),
        BadBody(
            testDescription: "another version",
            body: ["apiVersion": "v2", "kind": "ConfigMap", "metadata": ["name": "a"]],
            code: 400,
            message: "the API version in the data (v2) does not match the expected API version (v1)"
        ),
        BadBody(
            testDescription: "another kind",
            body: ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "a"]],
            code: 400,
            message: "Secret in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Secret) to "
                + "(v1.ConfigMap): unknown conversion"
        ),
        BadBody(
            testDescription: "another namespace",
            body: ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "b"]],
            code: 400,
            message: "the namespace of the provided object does not match the namespace sent on the request"
        ),
        BadBody(
            testDescription: "a resource version",
            body: ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "resourceVersion": "5"]],
            code: 500,
            message: "resourceVersion should not be set on objects to be created"
        ),
        BadBody(
            testDescription: "a name that is no DNS name",
            body: ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "A_b"]],
            code: 422,
            message: "ConfigMap \"A_b\" is invalid: metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 "
                + "subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
                + "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
                + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
        ),
    ])
    func `a body that does not fit is refused in the words of Kubernetes`(_ bad: BadBody) async throws {
        let server = TestServer()
        let status = try #require(await server.refusal(server.request(.create, "configmaps", body: bad.body)))
        #expect(status.code == bad.code)
        #expect(status.message == bad.message)
        #expect(try await server.get("configmaps", "a") == nil)
    }

    @Test func `a body that is no JSON is a bad request`() async throws {
        let server = TestServer()
        var request = server.request(.create, "configmaps")
        request.body = Array("{\"a\":".utf8)
        let status = try #require(await server.refusal(request))
        #expect(status.code == 400)
        #expect(status.reason == "BadRequest")
    }

    @Test func `a YAML body is read where YAML is announced`() async throws {
        let server = TestServer()
        var request = server.request(.create, "configmaps")
        request.body = Array("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: v\n".utf8)
        request.isYAML = true
        let object = try await server.send(request)
        #expect(object["data"]?["k"] == "v")
    }

    @Test func `a dry run stores nothing and still finds conflicts`() async throws {
        let server = TestServer()
        let body = server.object("configmaps", "a")
        let request = server.request(.create, "configmaps", query: ["dryRun": "All"], body: body)
        let before = server.handler.storage.revision
        let object = try await server.send(request)
        #expect(object.uid.isEmpty == false)
        #expect(object.resourceVersion.isEmpty)
        #expect(server.handler.storage.revision == before)
        try await server.create("configmaps", "a")
        #expect(await server.refusal(request)?.reason == "AlreadyExists")
        let wrong = server.request(.create, "configmaps", query: ["dryRun": "Some"], body: body)
        #expect(await server.refusal(wrong)?.code == 422)
    }

    @Test func `a secret gets its string data and type`() async throws {
        let server = TestServer()
        let secret = try await server.create("secrets", "s", ["stringData": ["k": "v"]])
        #expect(secret["data"] == ["k": "dg=="])
        #expect(secret["stringData"] == nil)
        #expect(secret["type"] == "Opaque")
    }

    @Test func `two controllers of one object are refused`() async throws {
        let server = TestServer()
        func owner(_ name: String) -> JSONValue {
            ["apiVersion": "v1", "kind": "ConfigMap", "name": .string(name), "uid": "u", "controller": true]
        }
        let body = server.object(
            "configmaps",
            "a",
            metadata: ["ownerReferences": [owner("x"), owner("y")]]
        )
        let status = try #require(await server.refusal(server.request(.create, "configmaps", body: body)))
        #expect(status.code == 422)
        #expect(status.message.contains("Only one reference can have Controller set to true"))
    }

    @Test func `unknown addresses are not found`() async throws {
        let server = TestServer()
        #expect(await server.refusal(server.request(.list, "nothings"))?.code == 404)
        var request = server.request(.get, "configmaps", "a")
        request.subresource = "status"
        #expect(await server.refusal(request)?.message == "the server could not find the requested resource")
        let missing = try #require(await server.refusal(server.request(.get, "configmaps", "a")))
        #expect(missing.message == "configmaps \"a\" not found")
        #expect(missing.reason == "NotFound")
    }
}

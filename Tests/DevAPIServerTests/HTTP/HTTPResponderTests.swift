// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import NIOHTTP1
import TestKit
import Testing

@testable import DevAPIServer

struct HTTPResponderTests {
    private static let configMap: JSONValue = [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["x": "1"],
    ]

    private static func answer(_ value: JSONValue = configMap, code: Int = 200, warnings: [String] = []) -> APIResponse
    {
        .object(code: code, value, definition: DiscoveryTests.definitions[0], warnings: warnings)
    }

    /// Sends one request and returns what came of it on both ends.
    private func exchange(
        _ method: HTTPMethod,
        _ path: String,
        headers: [(String, String)] = [],
        body: String? = nil,
        token: String? = nil,
        response: APIResponse = answer()
    ) async throws -> (request: APIRequest?, received: Received) {
        let journal = Journal<APIRequest>()
        let received = Journal<Received>()
        try await withScriptedServer(token: token) { request in
            journal.append(request)
            return response
        } _: { server in
            received.append(try await server.send(method, path, headers: headers, body: body))
        }
        return (journal.entries.first, try #require(received.entries.first))
    }

    struct VerbCase: Sendable, CustomTestStringConvertible {
        let method: HTTPMethod
        let path: String
        let verb: APIRequest.Verb
        var testDescription: String { "\(method) \(path)" }
    }

    private static let collection = "/api/v1/namespaces/default/configmaps"

    @Test(arguments: [
        VerbCase(method: .GET, path: collection, verb: .list),
        VerbCase(method: .GET, path: "\(collection)?watch=false", verb: .list),
        VerbCase(method: .GET, path: "\(collection)/a", verb: .get),
        VerbCase(method: .GET, path: "\(collection)?watch=1", verb: .watch),
        VerbCase(method: .GET, path: "\(collection)?watch", verb: .watch),
        VerbCase(method: .POST, path: collection, verb: .create),
        VerbCase(method: .PUT, path: "\(collection)/a", verb: .update),
        VerbCase(method: .DELETE, path: "\(collection)/a", verb: .delete),
        VerbCase(method: .DELETE, path: collection, verb: .deletecollection),
    ])
    func `method and path make the verb`(example: VerbCase) async throws {
        let (request, received) = try await exchange(example.method, example.path)
        #expect(request?.verb == example.verb)
        #expect(request?.resource == "configmaps")
        #expect(request?.namespace == "default")
        #expect(received.code == 200)
        #expect(received.headers["content-type"] == ["application/json"])
        #expect(received.json == Self.configMap)
    }

    @Test func `a watch of one object is a watch of its name`() async throws {
        let (request, _) = try await exchange(.GET, "\(Self.collection)/a?watch=true")
        #expect(request?.verb == .watch)
        #expect(request?.name == nil)
        #expect(request?.query["fieldSelector"] == "metadata.name=a")
    }

    @Test(arguments: [
        ("application/json-patch+json", APIRequest.PatchType.json),
        ("application/merge-patch+json; charset=utf-8", .merge),
        ("application/strategic-merge-patch+json", .strategicMerge),
        ("application/apply-patch+yaml", .apply),
    ])
    func `the media type makes the kind of patch`(type: String, patch: APIRequest.PatchType) async throws {
        let (request, _) = try await exchange(
            .PATCH,
            "\(Self.collection)/a/status",
            headers: [("Content-Type", type), ("User-Agent", "kubectl/v1")],
            body: "{}"
        )
        #expect(request?.verb == .patch)
        #expect(request?.subresource == "status")
        #expect(request?.patchType == patch)
        #expect(request?.isYAML == (patch == .apply))
        #expect(request?.userAgent == "kubectl/v1")
        #expect(request?.body == Array("{}".utf8))
    }

    struct RefusalCase: Sendable, CustomTestStringConvertible {
        let method: HTTPMethod
        let path: String
        var headers: [(String, String)] = []
        var body: String?
        let code: Int
        let reason: String
        var testDescription: String { "\(method) \(path) \(headers)" }
    }

    @Test(arguments: [
        RefusalCase(method: .POST, path: "\(collection)/a", code: 405, reason: "MethodNotAllowed"),
        RefusalCase(method: .PUT, path: collection, code: 405, reason: "MethodNotAllowed"),
        RefusalCase(method: .PATCH, path: collection, code: 405, reason: "MethodNotAllowed"),
        RefusalCase(method: .OPTIONS, path: collection, code: 405, reason: "MethodNotAllowed"),
        RefusalCase(method: .POST, path: "/version", code: 405, reason: "MethodNotAllowed"),
        RefusalCase(method: .GET, path: "/nowhere", code: 404, reason: "NotFound"),
        RefusalCase(
            method: .POST,
            path: collection,
            headers: [("Content-Type", "application/cbor")],
            body: "k8s",
            code: 415,
            reason: "UnsupportedMediaType"
        ),
        RefusalCase(
            method: .PATCH,
            path: "\(collection)/a",
            headers: [("Content-Type", "application/json")],
            body: "{}",
            code: 415,
            reason: "UnsupportedMediaType"
        ),
        RefusalCase(
            method: .GET,
            path: collection,
            headers: [("Accept", "application/vnd.kubernetes.protobuf")],
            code: 406,
            reason: "NotAcceptable"
        ),
        RefusalCase(
            method: .POST,
            path: collection,
            body: String(repeating: " ", count: 3 * 1_024 * 1_024 + 1),
            code: 413,
            reason: "RequestEntityTooLarge"
        ),
    ])
    func `what HTTP itself forbids is a status`(example: RefusalCase) async throws {
        let (request, received) = try await exchange(
            example.method,
            example.path,
            headers: example.headers,
            body: example.body
        )
        #expect(request == nil)
        #expect(received.code == example.code)
        #expect(received.json["kind"] == "Status")
        #expect(received.json["reason"] == .string(example.reason))
        #expect(received.json["code"] == .integer(Int64(example.code)))
    }

    @Test func `a body as long as allowed passes`() async throws {
        let body = String(repeating: " ", count: 3 * 1_024 * 1_024)
        let (request, _) = try await exchange(.POST, Self.collection, body: body)
        #expect(request?.body.count == body.utf8.count)
    }

    @Test func `a body in YAML is marked`() async throws {
        let (request, _) = try await exchange(
            .POST,
            Self.collection,
            headers: [("Content-Type", "application/yaml")],
            body: "a: 1"
        )
        #expect(request?.isYAML == true)
    }

    @Test func `warnings are sent quoted, one header each`() async throws {
        let response = Self.answer(code: 201, warnings: [#"unknown field "spec.x""#, "two\nlines"])
        let (_, received) = try await exchange(.POST, Self.collection, response: response)
        #expect(received.code == 201)
        #expect(received.headers["warning"] == [#"299 - "unknown field \"spec.x\"""#, #"299 - "twolines""#])
    }

    @Test func `a failure keeps its code and tells when to come back`() async throws {
        let status = Status(code: 429, reason: "TooManyRequests", message: "slow down", retryAfterSeconds: 3)
        let (_, received) = try await exchange(.GET, Self.collection, response: .status(status, warnings: []))
        #expect(received.code == 429)
        #expect(received.headers["retry-after"] == ["3"])
        #expect(received.json["message"] == "slow down")
    }

    @Test func `a table or YAML is sent when asked for`() async throws {
        let table = try await exchange(
            .GET,
            "\(Self.collection)/a",
            headers: [("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")]
        ).received
        #expect(table.json["kind"] == "Table")
        #expect(table.json["rows"]?[0]?["cells"] == ["a", 1, "<unknown>"])
        let yaml = try await exchange(.GET, "\(Self.collection)/a", headers: [("Accept", "application/yaml")]).received
        #expect(yaml.headers["content-type"] == ["application/yaml"])
        #expect(yaml.text.contains("kind: ConfigMap"))
    }

    @Test func `without the token only health and version are answered`() async throws {
        for path in [Self.collection, "/api", "/openapi/v3", "/nowhere"] {
            let (request, received) = try await exchange(.GET, path, token: "secret")
            #expect(request == nil)
            #expect(received.code == 401)
            #expect(received.json["reason"] == "Unauthorized")
        }
        for path in ["/healthz", "/livez", "/readyz", "/version"] {
            #expect(try await exchange(.GET, path, token: "secret").received.code == 200)
        }
        let headers = [("Authorization", "Bearer secret")]
        #expect(try await exchange(.GET, Self.collection, headers: headers, token: "secret").received.code == 200)
    }

    @Test func `a connection serves request after request`() async throws {
        try await withScriptedServer { _ in
            Self.answer()
        } _: { server in
            for _ in 0..<50 {
                let received = try await server.send(.POST, Self.collection, body: "{}")
                #expect(received.code == 200)
            }
        }
    }
}

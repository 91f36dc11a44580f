// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

/// Writes through the real schemas: what `kubectl apply`, `edit` and `create --validate=strict` rely on.
struct SchemaWriteTests {
    private func server() async throws -> TestServer {
        let server = TestServer { $0.definitions = BuiltInResources.definitions }
        try await server.defineWidgets { crd in
            var version = crd["spec"]?["versions"]?[0] ?? [:]
            version["schema"] = [
                "openAPIV3Schema": [
                    "type": "object",
                    "properties": [
                        "spec": [
                            "type": "object",
                            "required": ["size"],
                            "properties": [
                                "size": ["type": "integer", "minimum": 1],
                                "colour": ["type": "string", "default": "red"],
                            ],
                        ],
                        "status": ["type": "object", "properties": ["ok": ["type": "boolean"]]],
                    ],
                ]
            ]
            version["selectableFields"] = [["jsonPath": ".spec.colour"]]
            crd["spec", default: [:]]["versions"] = [version]
        }
        return server
    }

    @Test func `defaults come in, unknown fields go with a warning or a refusal`() async throws {
        let server = try await server()
        let body = server.object("widgets", "w", ["spec": ["size": 1, "colur": "blue"]])
        guard
            case .object(201, let object, _, let warnings) = await server.handler.handle(
                server.request(.create, "widgets", body: body)
            )
        else {
            Issue.record("the widget was refused")
            return
        }
        #expect(object["spec"] == ["size": 1, "colour": "red"])
        #expect(warnings == ["unknown field \"spec.colur\""])
        let strict = server.request(.create, "widgets", query: ["fieldValidation": "Strict"], body: body)
        let status = try #require(await server.refusal(strict))
        #expect(status.code == 400)
        #expect(
            status.message == "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown "
                + "field \"spec.colur\""
        )
        let red = server.request(.list, "widgets", query: ["fieldSelector": "spec.colour=red"])
        #expect(try await server.send(red).itemNames == ["w"])
    }

    @Test func `what the schema forbids is invalid, with a cause a field`() async throws {
        let server = try await server()
        let body = server.object("widgets", "w", ["spec": ["size": 0]])
        let status = try #require(await server.refusal(server.request(.create, "widgets", body: body)))
        #expect(status.code == 422)
        #expect(
            status.message == "Widget.example.com \"w\" is invalid: spec.size: Invalid value: 0: spec.size in body "
                + "should be greater than or equal to 1"
        )
        #expect(status.causes.map(\.field) == ["spec.size"])
        #expect(status.kind == "Widget")
    }

    @Test func `writers are recorded, and applies of two managers conflict`() async throws {
        let server = try await server()
        let created = try await server.create("widgets", "w", ["spec": ["size": 1]])
        let entry = created["metadata"]?["managedFields"]?[0]
        #expect(entry?["manager"] == "tests")
        #expect(entry?["operation"] == "Update")
        func apply(_ manager: String, _ size: JSONValue, force: Bool = false) -> APIRequest {
            var query = ["fieldManager": manager]
            if force { query["force"] = "true" }
            let body = server.object("widgets", "w", ["spec": ["size": size]])
            return server.patch(.apply, "widgets", "w", body, query: query)
        }
        let status = try #require(await server.refusal(apply("one", 2)))
        #expect(status.code == 409)
        #expect(status.causes.first?.reason == "FieldManagerConflict")
        #expect(status.causes.first?.field == ".spec.size")
        let forced = try await server.send(apply("one", 2, force: true))
        #expect(forced["spec"]?["size"] == 2)
        #expect(forced["metadata"]?["generation"] == 2)
        let again = try await server.send(apply("one", 2))
        #expect(again.resourceVersion == forced.resourceVersion)
        #expect(await server.refusal(apply("two", 3))?.code == 409)
    }

    @Test func `an apply of a field that is not declared fails`() async throws {
        let server = try await server()
        let body = server.object("widgets", "w", ["spec": ["size": 1, "colur": "blue"]])
        let status = try #require(
            await server.refusal(server.patch(.apply, "widgets", "w", body, query: ["fieldManager": "m"]))
        )
        #expect(status.message.contains(".spec.colur: field not declared in schema"))
    }

    @Test func `an applied status stays on its side`() async throws {
        let server = try await server()
        try await server.create("widgets", "w", ["spec": ["size": 1]])
        let body = server.object("widgets", "w", ["status": ["ok": true]])
        let request = server.patch(
            .apply,
            "widgets",
            "w",
            body,
            query: ["fieldManager": "m", "force": "true"],
            subresource: "status"
        )
        let object = try await server.send(request)
        #expect(object["status"] == ["ok": true])
        #expect(object["spec"]?["size"] == 1)
        #expect(object["metadata"]?["generation"] == 1)
        let entries = object["metadata"]?["managedFields"]?.array ?? []
        #expect(entries.contains { $0["subresource"] == "status" && $0["operation"] == "Apply" })
    }

    @Test func `a patch that strict validation refuses names the patch`() async throws {
        let server = try await server()
        try await server.create("widgets", "w", ["spec": ["size": 1]])
        let request = server.patch(
            .merge,
            "widgets",
            "w",
            ["spec": ["colur": "x"]],
            query: ["fieldValidation": "Strict"]
        )
        let status = try #require(await server.refusal(request))
        #expect(status.code == 422)
        #expect(
            status.message == " \"\" is invalid: patch: Invalid value: \"{\\\"spec\\\":{\\\"colur\\\":\\\"x\\\"}}\": "
                + "strict decoding error: unknown field \"spec.colur\""
        )
    }

    @Test func `lists of built-in kinds are merged by their keys`() async throws {
        let server = try await server()
        let container: JSONValue = ["name": "a", "image": "a:1"]
        let template: JSONValue = [
            "metadata": ["labels": ["app": "x"]], "spec": ["containers": [container, ["name": "b", "image": "b:1"]]],
        ]
        try await server.create(
            "deployments",
            "d",
            ["spec": ["selector": ["matchLabels": ["app": "x"]], "template": template]]
        )
        let patch: JSONValue = ["spec": ["template": ["spec": ["containers": [["name": "b", "image": "b:2"]]]]]]
        let object = try await server.send(server.patch(.strategicMerge, "deployments", "d", patch))
        let containers = object["spec"]?["template"]?["spec"]?["containers"]?.array ?? []
        #expect(Set(containers.compactMap { $0["image"]?.string }) == ["a:1", "b:2"])
        #expect(object["metadata"]?["generation"] == 2)
    }

    @Test func `a wrong type in a built-in kind is a bad request`() async throws {
        let server = try await server()
        let body = server.object("configmaps", "a", ["data": ["k": 1]])
        let status = try #require(await server.refusal(server.request(.create, "configmaps", body: body)))
        #expect(status.code == 400)
        #expect(status.message.hasPrefix("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: "))
    }
}

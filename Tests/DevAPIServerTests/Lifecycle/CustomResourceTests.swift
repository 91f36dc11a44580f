// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct CustomResourceTests {
    @Test func `a definition is established at once and its kind is served`() async throws {
        let server = TestServer()
        let generation = server.handler.registry.catalog.generation
        try await server.defineWidgets()
        let stored = try #require(try await server.get("customresourcedefinitions", "widgets.example.com"))
        let conditions = stored["status"]?["conditions"]?.array ?? []
        #expect(conditions.map { $0["type"] } == ["NamesAccepted", "Established"])
        #expect(conditions.allSatisfy { $0["status"] == "True" })
        #expect(stored["status"]?["storedVersions"] == ["v1"])
        #expect(stored["status"]?["acceptedNames"]?["listKind"] == "WidgetList")
        #expect(stored["spec"]?["names"]?["singular"] == "widget")
        #expect(stored["metadata"]?["generation"] == 1)
        #expect(server.handler.registry.catalog.generation > generation)
        let definition = try #require(
            server.handler.registry.catalog.definition(group: "example.com", version: "v1", resource: "widgets")
        )
        #expect(definition.hasStatus)
        #expect(definition.origin == .custom("widgets.example.com"))
        #expect(definition.printerColumns.map(\.name) == ["Age"])
        let widget = try await server.create("widgets", "w", ["spec": ["a": 1]])
        #expect(widget["apiVersion"] == "example.com/v1")
        let missing = try #require(await server.refusal(server.request(.get, "widgets", "x")))
        #expect(missing.message == "widgets.example.com \"x\" not found")
        #expect(missing.group == "example.com")
    }

    @Test func `two versions show the same objects`() async throws {
        let server = TestServer()
        try await server.defineWidgets { crd in
            var second = crd["spec"]?["versions"]?[0] ?? [:]
            second["name"] = "v2"
            second["storage"] = false
            let versions = (crd["spec"]?["versions"]?.array ?? []) + [second]
            crd["spec", default: [:]]["versions"] = .array(versions)
        }
        try await server.create("widgets", "w", ["spec": ["a": 1]])
        var request = server.request(.get, "widgets", "w")
        request.version = "v2"
        let object = try await server.send(request)
        #expect(object["apiVersion"] == "example.com/v2")
        #expect(object["spec"] == ["a": 1])
    }

    struct BadDefinition: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout JSONValue) -> Void
        var message: String
    }

    @Test(arguments: [
        BadDefinition(
            testDescription: "another name",
            change: { $0["metadata", default: [:]]["name"] = "gadgets.example.com" },
            message: "metadata.name: Invalid value: \"gadgets.example.com\": must be spec.names.plural+\".\"+spec.group"
        ),
        BadDefinition(
            testDescription: "no storage version",
            change: { crd in
                var version = crd["spec"]?["versions"]?[0] ?? [:]
                version["storage"] = false
                crd["spec", default: [:]]["versions"] = [version]
            },
            message: "must have exactly one version marked as storage version"
        ),
        BadDefinition(
            testDescription: "no schema",
            change: { crd in
                var version = crd["spec"]?["versions"]?[0] ?? [:]
                version["schema"] = nil
                crd["spec", default: [:]]["versions"] = [version]
            },
            message: "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"
        ),
        BadDefinition(
            testDescription: "no scope",
            change: { $0["spec", default: [:]]["scope"] = nil },
            message: "spec.scope: Required value"
        ),
        BadDefinition(
            testDescription: "webhook conversion",
            change: { $0["spec", default: [:]]["conversion"] = ["strategy": "Webhook"] },
            message: "spec.conversion.strategy: Unsupported value: \"Webhook\": supported values: \"None\""
        ),
    ])
    func `a definition that is not in order is invalid`(_ bad: BadDefinition) async throws {
        let server = TestServer()
        var body = TestServer.widgets
        bad.change(&body)
        let request = server.request(.create, "customresourcedefinitions", body: body)
        let status = try #require(await server.refusal(request))
        #expect(status.code == 422)
        #expect(status.reason == "Invalid")
        #expect(status.message.contains(bad.message), "\(status.message)")
        #expect(
            server.handler.registry.catalog.definition(group: "example.com", version: "v1", resource: "widgets") == nil
        )
    }

    @Test func `a deleted definition takes its objects and watches along`() async throws {
        let server = TestServer()
        try await server.defineWidgets()
        try await server.create("widgets", "w")
        let watch = try await server.watch("widgets")
        #expect(try await watch.take(1) == ["ADDED w"])
        let name = "widgets.example.com"
        let marked = try await server.send(server.request(.delete, "customresourcedefinitions", name))
        #expect(marked["metadata"]?["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"])
        let body = server.object("widgets", "x")
        let refused = try #require(await server.refusal(server.request(.create, "widgets", body: body)))
        #expect(refused.code == 405)
        server.settle()
        #expect(try await watch.take(2) == ["DELETED w"])
        #expect(try await server.get("customresourcedefinitions", name) == nil)
        #expect(await server.refusal(server.request(.list, "widgets"))?.code == 404)
        #expect(try await watch.next() == nil)
        try await server.defineWidgets()
        #expect(try await server.send(server.request(.list, "widgets")).itemNames == [])
    }

    @Test func `scope and names stay as they are`() async throws {
        let server = TestServer()
        try await server.defineWidgets()
        let request = server.patch(
            .merge,
            "customresourcedefinitions",
            "widgets.example.com",
            ["spec": ["scope": "Cluster"]]
        )
        let status = try #require(await server.refusal(request))
        #expect(status.message.contains("spec.scope: Invalid value: \"Cluster\": field is immutable"))
    }
}

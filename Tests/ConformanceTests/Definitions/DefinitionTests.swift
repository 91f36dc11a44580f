// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct DefinitionTests {
    @Test func `a definition is established, and its kind is discovered`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            let name = NamespacedName(namespace: nil, name: cluster.widgets.qualifiedName)
            let definition = try #require(try await cluster.client.get(.customResourceDefinitions, name))
            let conditions = definition["status"]?["conditions"]?.array ?? []
            let holding = conditions.filter { $0["status"] == "True" }.compactMap { $0["type"]?.string }
            #expect(Set(holding).isSuperset(of: ["NamesAccepted", "Established"]))
            #expect(definition["status"]?["acceptedNames"]?["plural"] == "widgets")
            #expect(definition["status"]?["storedVersions"] == ["v1"])
            let path = "/apis/\(cluster.widgets.group)/v1"
            let resources = try #require(try await cluster.client.getRaw(path)?["resources"]?.array)
            let widgets = try #require(resources.first { $0["name"] == "widgets" })
            #expect(widgets["kind"] == "Widget")
            #expect(widgets["singularName"] == "widget")
            #expect(widgets["namespaced"] == true)
            let verbs = Set(widgets["verbs"]?.array?.compactMap(\.string) ?? [])
            #expect(
                verbs == ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
            )
            #expect(resources.contains { $0["name"] == "widgets/status" })
        }
    }

    @Test func `a deleted definition takes its objects along, and its kind is served no more`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            try await cluster.create(cluster.widgets, "a", ["spec": ["size": 1]])
            let name = cluster.widgets.qualifiedName
            try await cluster.client.delete(.customResourceDefinitions, NamespacedName(namespace: nil, name: name))
            try await cluster.eventually("the definition is gone") {
                try await cluster.client.get(.customResourceDefinitions, NamespacedName(namespace: nil, name: name))
                    == nil
            }
            try await cluster.eventually("the kind is gone") {
                do {
                    _ = try await cluster.names(cluster.widgets)
                    return false
                } catch let error as KubeError where error.code == .resourceTypeUnknown {
                    return true
                }
            }
            try await cluster.installWidgets()
            #expect(try await cluster.names(cluster.widgets).isEmpty)
        }
    }

    @Test func `a changed schema holds for what is written from then on`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            try await cluster.create(cluster.widgets, "a", ["spec": ["size": 1]])
            let path = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/minimum"
            _ = try await cluster.client.patch(
                .customResourceDefinitions,
                NamespacedName(namespace: nil, name: cluster.widgets.qualifiedName),
                .json([["op": "replace", "path": .string(path), "value": 5]])
            )
            try await cluster.eventually("the new schema holds") {
                do {
                    let options = WriteOptions(dryRun: true)
                    try await cluster.create(cluster.widgets, "b", ["spec": ["size": 4]], options: options)
                    return false
                } catch let error as KubeError where error.code == .invalid {
                    return true
                }
            }
            // What is stored stays as it is, and what does not change may stay invalid.
            #expect(try await cluster.get(cluster.widgets, "a")["spec"]?["size"] == 1)
        }
    }

    @Test func `a definition that is none is invalid`() async throws {
        try await withCluster { cluster in
            var misnamed = cluster.widgetDefinition()
            misnamed["metadata"]?["name"] = "gadgets.example.dev"
            let first = misnamed
            let status = try await refused(.invalid) {
                _ = try await cluster.client.create(.customResourceDefinitions, first)
            }
            #expect(status.causes.contains { $0.field == "metadata.name" })
            let untyped = cluster.widgetDefinition(schema: ["type": "object", "properties": ["spec": [:]]])
            await #expect(throws: KubeError.self) {
                _ = try await cluster.client.create(.customResourceDefinitions, untyped)
            }
        }
    }

    @Test func `tables have the columns of the definition`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            try await cluster.create(cluster.widgets, "a", ["spec": ["size": 7]])
            let path = cluster.widgets.collectionPath(namespace: cluster.namespace)
            let table = try #require(
                try await cluster.client.getRaw(path, accept: "application/json;as=Table;g=meta.k8s.io;v=v1")
            )
            #expect(table["kind"] == "Table")
            #expect(table["apiVersion"] == "meta.k8s.io/v1")
            let columns = table["columnDefinitions"]?.array ?? []
            #expect(columns.compactMap { $0["name"]?.string } == ["Name", "Size", "Color"])
            #expect(columns.compactMap { $0["priority"]?.integer } == [0, 0, 1])
            #expect(table["rows"]?[0]?["cells"] == ["a", 7, "red"])
            #expect(table["rows"]?[0]?["object"]?["kind"] == "PartialObjectMetadata")
            #expect(table["rows"]?[0]?["object"]?["metadata"]?["name"] == "a")
        }
    }
}

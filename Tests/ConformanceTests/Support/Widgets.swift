// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore

extension ResourceType {
    /// `Deployment` of `apps/v1`.
    static let deployments = ResourceType(group: "apps", version: "v1", kind: "Deployment", plural: "deployments")
    /// `Event` of the core group.
    static let coreEvents = ResourceType(group: "", version: "v1", kind: "Event", plural: "events")
}

extension Cluster {
    /// The custom kind of this test: `Widget` in a group of its own.
    var widgets: ResourceType {
        ResourceType(group: "g\(suffix).example.dev", version: "v1", kind: "Widget", plural: "widgets")
    }

    /// Installs the custom kind and waits until it is served.
    @discardableResult
    func installWidgets() async throws -> JSONValue {
        let definition = try await client.create(.customResourceDefinitions, widgetDefinition())
        removeLater(definition: definition.name)
        try await served(definition.name)
        return definition
    }

    /// Waits until a definition is established and its objects can be listed.
    func served(_ definition: String) async throws {
        let name = NamespacedName(namespace: nil, name: definition)
        try await eventually("\(definition) is established") {
            let object = try await client.get(.customResourceDefinitions, name)
            return (object?["status"]?["conditions"]?.array ?? []).contains { condition in
                condition["type"] == "Established" && condition["status"] == "True"
            }
        }
        try await eventually("\(definition) is served") {
            do {
                _ = try await client.list(widgets, namespace: namespace)
                return try await client.serves(widgets)
            } catch let error as KubeError where error.code == .resourceTypeUnknown {
                return false
            }
        }
    }

    /// The definition of the custom kind.
    func widgetDefinition(schema: JSONValue = Self.widgetSchema) -> JSONValue {
        [
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": ["name": .string(widgets.qualifiedName)],
            "spec": [
                "group": .string(widgets.group),
                "scope": "Namespaced",
                "names": ["plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"],
                "versions": [
                    [
                        "name": "v1", "served": true, "storage": true,
                        "subresources": ["status": [:]],
                        "additionalPrinterColumns": [
                            ["name": "Size", "type": "integer", "jsonPath": ".spec.size"],
                            ["name": "Color", "type": "string", "jsonPath": ".spec.color", "priority": 1],
                        ],
                        "schema": ["openAPIV3Schema": schema],
                    ]
                ],
            ],
        ]
    }

    /// The schema of the custom kind: a bit of everything.
    static let widgetSchema: JSONValue = [
        "type": "object",
        "properties": [
            "spec": [
                "type": "object",
                "required": ["size"],
                "properties": [
                    "size": ["type": "integer", "minimum": 1, "maximum": 100],
                    "color": ["type": "string", "enum": ["red", "green"], "default": "red"],
                    "code": ["type": "string", "pattern": "^[a-z]+$", "maxLength": 5],
                    "note": ["type": "string", "nullable": true],
                    "tags": ["type": "array", "items": ["type": "string"], "x-kubernetes-list-type": "set"],
                    "words": ["type": "array", "items": ["type": "string"], "x-kubernetes-list-type": "atomic"],
                    "ports": [
                        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                        "items": [
                            "type": "object", "required": ["name"],
                            "properties": [
                                "name": ["type": "string"], "port": ["type": "integer"],
                                "protocol": ["type": "string", "default": "TCP"],
                            ],
                        ],
                    ],
                    "extra": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                ],
            ],
            "status": [
                "type": "object",
                "properties": [
                    "phase": ["type": "string"],
                    "observedGeneration": ["type": "integer", "format": "int64"],
                ],
            ],
        ],
    ]
}

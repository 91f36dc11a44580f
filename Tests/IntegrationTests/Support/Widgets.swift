// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A custom resource with a bit of everything, for the tools to work on.
enum Widgets {
    /// The definition: `widgets.example.dev`, short name `wd`, with a status subresource and two printer columns.
    static let definition: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": ["name": "widgets.example.dev"],
        "spec": [
            "group": "example.dev",
            "scope": "Namespaced",
            "names": [
                "plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList",
                "shortNames": ["wd"],
            ],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "subresources": ["status": [:]],
                    "additionalPrinterColumns": [
                        ["name": "Size", "type": "integer", "jsonPath": ".spec.size"],
                        ["name": "Phase", "type": "string", "jsonPath": ".status.phase"],
                        ["name": "Color", "type": "string", "jsonPath": ".spec.color", "priority": 1],
                    ],
                    "schema": ["openAPIV3Schema": schema],
                ]
            ],
        ],
    ]

    private static let schema: JSONValue = [
        "type": "object",
        "description": "A Widget is made for tests.",
        "properties": [
            "spec": [
                "type": "object",
                "description": "What is wanted of the widget.",
                "required": ["size"],
                "properties": [
                    "size": [
                        "type": "integer", "minimum": 1, "maximum": 100,
                        "description": "How large the widget is to be.",
                    ],
                    "color": ["type": "string", "enum": ["red", "green"], "default": "red"],
                    "tags": ["type": "array", "items": ["type": "string"], "x-kubernetes-list-type": "set"],
                    "ports": [
                        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                        "items": [
                            "type": "object", "required": ["name"],
                            "properties": ["name": ["type": "string"], "port": ["type": "integer"]],
                        ],
                    ],
                    "extra": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                ],
            ],
            "status": [
                "type": "object",
                "x-kubernetes-preserve-unknown-fields": true,
                "properties": [
                    "phase": ["type": "string"],
                    "conditions": [
                        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"],
                        "items": [
                            "type": "object", "required": ["type", "status"],
                            "properties": [
                                "type": ["type": "string"], "status": ["type": "string"],
                                "reason": ["type": "string"], "message": ["type": "string"],
                            ],
                        ],
                    ],
                ],
            ],
        ],
    ]

    /// A widget in YAML.
    static func yaml(_ name: String, size: Int = 3, more: String = "") -> String {
        """
        apiVersion: example.dev/v1
        kind: Widget
        metadata:
          name: \(name)
        spec:
          size: \(size)
        \(more)
        """
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// The custom resource definitions, as `grantor crds` prints them and the dev server installs them.
public enum CustomResourceDefinitions {
    /// The definitions of Grantor's own resources.
    public static var all: [JSONValue] { [adminAccess, adminGrant] }

    /// Puts a definition together.
    static func definition(
        of type: ResourceType,
        singular: String,
        shortNames: [String] = [],
        categories: [String] = [],
        columns: [JSONValue],
        schema: JSONValue,
        hasStatus: Bool
    ) -> JSONValue {
        let version = JSONValue.members([
            "name": .string(type.version),
            "served": true,
            "storage": true,
            "additionalPrinterColumns": .array(columns),
            "schema": ["openAPIV3Schema": schema],
            "subresources": hasStatus ? ["status": [:]] : nil,
        ])
        let names = JSONValue.members([
            "kind": .string(type.kind),
            "listKind": .string("\(type.kind)List"),
            "plural": .string(type.plural),
            "singular": .string(singular),
            "shortNames": shortNames.isEmpty ? nil : .array(shortNames.map(JSONValue.string)),
            "categories": categories.isEmpty ? nil : .array(categories.map(JSONValue.string)),
        ])
        return [
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": ["name": .string(type.qualifiedName)],
            "spec": [
                "group": .string(type.group),
                "names": names,
                "scope": type.isNamespaced ? "Namespaced" : "Cluster",
                "versions": [version],
            ],
        ]
    }

    /// The schema of a whole object around its parts.
    static func root(_ description: String, required: [String] = [], _ parts: [(String, JSONValue)]) -> JSONValue {
        let header: [(String, JSONValue)] = [
            ("apiVersion", ["type": "string", "description": "The version of this representation of the object."]),
            ("kind", ["type": "string", "description": "The kind of the object."]),
            ("metadata", ["type": "object"]),
        ]
        return .members([
            "type": "object",
            "description": .string(description),
            "required": required.isEmpty ? nil : .array(required.map(JSONValue.string)),
            "properties": .object(JSONObject(header + parts)),
        ])
    }
}

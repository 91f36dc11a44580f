// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// All of discovery in two documents (`APIGroupDiscoveryList` of `apidiscovery.k8s.io`), one for `/api`, one for `/apis`.
enum AggregatedDiscovery {
    /// The versions that are spoken.
    static let versions = ["v2", "v2beta1"]

    /// The document of the core group, or of all others.
    static func list(_ groups: [ServedGroup], version: String) -> JSONValue {
        [
            "kind": "APIGroupDiscoveryList",
            "apiVersion": .string("apidiscovery.k8s.io/\(version)"),
            "metadata": [:],
            "items": .array(groups.map(item)),
        ]
    }

    /// The media type of the document.
    static func contentType(version: String) -> String {
        "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
    }

    private static func item(_ group: ServedGroup) -> JSONValue {
        let versions = group.versions.map { version -> JSONValue in
            [
                "version": .string(version.name),
                "resources": .array(version.resources.map(resource)),
                "freshness": "Current",
            ]
        }
        let metadata = JSONValue.members([
            "name": group.name.isEmpty ? nil : .string(group.name),
            "creationTimestamp": .null,
        ])
        return ["metadata": metadata, "versions": .array(versions)]
    }

    /// `serviceaccounts/token`, whose objects are of another kind.
    private static let token: JSONValue = [
        "subresource": "token", "verbs": ["create"],
        "responseKind": ["group": "authentication.k8s.io", "version": "v1", "kind": "TokenRequest"],
    ]

    private static func resource(_ definition: ResourceDefinition) -> JSONValue {
        let kind: JSONValue = [
            "group": .string(definition.type.group),
            "version": .string(definition.type.version),
            "kind": .string(definition.type.kind),
        ]
        let status: JSONValue = [
            "subresource": "status",
            "responseKind": kind,
            "verbs": ResourceDefinition.statusVerbs,
        ]
        return .members([
            "resource": .string(definition.type.plural),
            "responseKind": kind,
            "scope": definition.type.isNamespaced ? "Namespaced" : "Cluster",
            "singularResource": .string(definition.singular),
            "verbs": definition.verbs,
            "shortNames": definition.shortNames.isEmpty ? nil : .array(definition.shortNames.map(JSONValue.string)),
            "categories": definition.categories.isEmpty ? nil : .array(definition.categories.map(JSONValue.string)),
            "subresources": definition.givesTokens ? [token] : definition.hasStatus ? [status] : nil,
        ])
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The discovery documents that every client reads, one per group and version.
enum LegacyDiscovery {
    /// The versions of the core group (`/api`).
    static func coreVersions(_ groups: [ServedGroup], address: String) -> JSONValue {
        let versions = groups.first { $0.name.isEmpty }?.versions ?? []
        return [
            "kind": "APIVersions",
            "versions": .array(versions.map { .string($0.name) }),
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": .string(address)]],
        ]
    }

    /// All other groups (`/apis`).
    static func groupList(_ groups: [ServedGroup]) -> JSONValue {
        [
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": .array(groups.filter { !$0.name.isEmpty }.map(members)),
        ]
    }

    /// One group (`/apis/G`).
    static func group(_ group: ServedGroup) -> JSONValue {
        var json = members(of: group)
        json["kind"] = "APIGroup"
        json["apiVersion"] = "v1"
        return json
    }

    /// The resources of one version of a group (`/api/v1`, `/apis/G/V`).
    static func resourceList(_ version: ServedGroup.Version, of group: ServedGroup) -> JSONValue {
        .members([
            "kind": "APIResourceList",
            "apiVersion": group.name.isEmpty ? nil : "v1",
            "groupVersion": .string(group.groupVersion(version.name)),
            "resources": .array(version.resources.flatMap(resources)),
        ])
    }

    private static func members(of group: ServedGroup) -> JSONValue {
        let versions = group.versions.map { version -> JSONValue in
            ["groupVersion": .string(group.groupVersion(version.name)), "version": .string(version.name)]
        }
        return .members([
            "name": .string(group.name),
            "versions": .array(versions),
            "preferredVersion": versions.first,
        ])
    }

    /// `serviceaccounts/token`, whose objects are of another kind.
    private static let token: JSONValue = [
        "name": "serviceaccounts/token", "singularName": "", "namespaced": true, "group": "authentication.k8s.io",
        "version": "v1", "kind": "TokenRequest", "verbs": ["create"],
    ]

    private static func resources(of definition: ResourceDefinition) -> [JSONValue] {
        let resource = JSONValue.members([
            "name": .string(definition.type.plural),
            "singularName": .string(definition.singular),
            "namespaced": .bool(definition.type.isNamespaced),
            "kind": .string(definition.type.kind),
            "verbs": definition.verbs,
            "shortNames": definition.shortNames.isEmpty ? nil : .array(definition.shortNames.map(JSONValue.string)),
            "categories": definition.categories.isEmpty ? nil : .array(definition.categories.map(JSONValue.string)),
        ])
        if definition.givesTokens { return [resource, token] }
        guard definition.hasStatus else { return [resource] }
        let status: JSONValue = [
            "name": .string("\(definition.type.plural)/status"),
            "singularName": "",
            "namespaced": .bool(definition.type.isNamespaced),
            "kind": .string(definition.type.kind),
            "verbs": ResourceDefinition.statusVerbs,
        ]
        return [resource, status]
    }
}

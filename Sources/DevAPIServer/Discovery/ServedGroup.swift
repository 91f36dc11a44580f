// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// An API group as discovery shows it: its versions in order of preference, each with its resources.
struct ServedGroup: Sendable {
    /// A version of a group.
    struct Version: Sendable {
        /// Its name, as in `v1beta1`.
        let name: String
        /// What it serves, sorted by plural name.
        let resources: [ResourceDefinition]
    }

    /// The name; empty for the core group.
    let name: String
    /// The versions, the preferred one first.
    let versions: [Version]

    /// Group and version as documents write them: `v1`, `apps/v1`.
    func groupVersion(_ version: String) -> String {
        name.isEmpty ? version : "\(name)/\(version)"
    }

    /// Sorts definitions into groups: the core group first, then the others by name.
    static func groups(of definitions: [ResourceDefinition]) -> [ServedGroup] {
        let byGroup = Dictionary(grouping: definitions, by: \.type.group)
        return byGroup.keys.sorted { UTF8Order.compare($0, $1) < 0 }.map { name in
            let byVersion = Dictionary(grouping: byGroup[name] ?? [], by: \.type.version)
            let versions = byVersion.keys.sorted(by: VersionOrder.precedes).map { version in
                let resources = byVersion[version] ?? []
                return Version(
                    name: version,
                    resources: resources.sorted { UTF8Order.compare($0.type.plural, $1.type.plural) < 0 }
                )
            }
            return ServedGroup(name: name, versions: versions)
        }
    }
}

extension ResourceDefinition {
    /// What can be done with objects, in the order of the real server.
    var verbs: JSONValue {
        // Reviews are answered and never stored.
        if storageKey.isEmpty { return ["create"] }
        return ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
    }

    /// Whether tokens are asked of objects.
    var givesTokens: Bool { origin == .builtIn && type.group.isEmpty && type.plural == "serviceaccounts" }

    /// What can be done with the subresource `status`.
    static let statusVerbs: JSONValue = ["get", "patch", "update"]
}

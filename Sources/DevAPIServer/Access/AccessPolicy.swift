// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// All roles and bindings at one moment, ready to be asked.
struct AccessPolicy: Sendable {
    /// The objects that it is made of.
    struct Objects: Sendable {
        /// Roles of namespaces.
        var roles: [StoredObject] = []
        /// Roles of the cluster.
        var clusterRoles: [StoredObject] = []
        /// Bindings in namespaces, sorted.
        var roleBindings: [StoredObject] = []
        /// Bindings in the cluster, sorted.
        var clusterRoleBindings: [StoredObject] = []
    }

    /// The bindings in the cluster, sorted by name.
    let clusterBindings: [AccessBinding]
    private let bindings: [String: [AccessBinding]]
    private let rules: [RoleKey: [AccessRule]]

    /// Reads everything.
    init(_ objects: Objects) {
        clusterBindings = objects.clusterRoleBindings.map(AccessBinding.init)
        bindings = Dictionary(grouping: objects.roleBindings.map(AccessBinding.init), by: \.namespace)
        var rules: [RoleKey: [AccessRule]] = [:]
        rules.reserveCapacity(objects.roles.count + objects.clusterRoles.count)
        for role in objects.roles + objects.clusterRoles {
            rules[RoleKey(namespace: role.key.namespace, name: role.key.name)] = AccessRule.list(role.value["rules"])
        }
        self.rules = rules
    }

    /// The bindings in a namespace, sorted by name.
    func bindings(in namespace: String) -> [AccessBinding] {
        bindings[namespace] ?? []
    }

    /// The rules of a role; `nil` when it does not exist.
    func rules(of role: RoleReference) -> [AccessRule]? {
        rules[RoleKey(namespace: role.namespace, name: role.name)]
    }

    /// Names by their bytes: those of roles may hold any character.
    private struct RoleKey: Hashable {
        let namespace: String
        let name: String

        static func == (lhs: Self, rhs: Self) -> Bool {
            UTF8Order.equal(lhs.name, rhs.name) && UTF8Order.equal(lhs.namespace, rhs.namespace)
        }

        func hash(into hasher: inout Hasher) {
            for text in [namespace, name] {
                for byte in text.utf8 { hasher.combine(byte) }
                hasher.combine(0xFF as UInt8)
            }
        }
    }
}

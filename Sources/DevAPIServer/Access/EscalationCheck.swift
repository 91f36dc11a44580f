// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Keeps writers of roles and bindings from giving what they do not have
/// (`pkg/registry/rbac/*/policybased`, `component-helpers/auth/rbac`).
struct EscalationCheck: Sendable {
    /// Who may do what.
    let authorizer: AccessAuthorizer

    /// Checks a role or binding before it is stored.
    ///
    /// - Parameters:
    ///   - object: The new state.
    ///   - old: The state before; `nil` on creation.
    ///   - target: What is written to.
    ///   - name: The name of the object.
    ///   - user: Who writes.
    /// - Throws: `Status` 403 that lists what they do not have.
    func check(
        _ object: JSONValue,
        old: JSONValue?,
        _ target: ResourceTarget,
        _ name: String,
        by user: UserInfo
    ) throws(Status) {
        guard authorizer.isEnforcing, !user.isPrivileged else { return }
        let place = target.definition.storageKey
        let isRole = place == authorizer.keys.roles || place == authorizer.keys.clusterRoles
        guard isRole || place == authorizer.keys.roleBindings || place == authorizer.keys.clusterRoleBindings else {
            return
        }
        if let old, Self.isHousekeeping(object, old) { return }
        let namespace = target.namespace ?? ""
        if isRole {
            try checkRole(object, old: old, target, name, namespace: namespace, by: user)
        } else {
            try checkBinding(object, target, name, namespace: namespace, by: user)
        }
    }

    private func checkRole(
        _ object: JSONValue,
        old: JSONValue?,
        _ target: ResourceTarget,
        _ name: String,
        namespace: String,
        by user: UserInfo
    ) throws(Status) {
        if may(user, "escalate", target.type.plural, name, namespace: namespace) { return }
        try confirm(AccessRule.list(object["rules"]), target, name, namespace: namespace, by: user)
        guard Self.gathers(object) || old.map(Self.gathers) ?? false else { return }
        // Whoever gathers from others can get anything, so they must have everything.
        let (held, _) = authorizer.view(of: user).rules(in: namespace)
        if !AccessRule.missing(AccessRule.everything, held: held).isEmpty {
            throw .forbidden(target.type, name, "must have cluster-admin privileges to use the aggregationRule")
        }
    }

    private func checkBinding(
        _ object: JSONValue,
        _ target: ResourceTarget,
        _ name: String,
        namespace: String,
        by user: UserInfo
    ) throws(Status) {
        let role = RoleReference(object["roleRef"], namespace: namespace)
        if may(user, "bind", role.resource, role.name, namespace: namespace) { return }
        guard let rules = authorizer.policy.rules(of: role) else {
            throw .notFound(target.type, role.name)
        }
        try confirm(rules, target, name, namespace: namespace, by: user)
    }

    private func confirm(
        _ rules: [AccessRule],
        _ target: ResourceTarget,
        _ name: String,
        namespace: String,
        by user: UserInfo
    ) throws(Status) {
        let (held, problems) = authorizer.view(of: user).rules(in: namespace)
        let missing = AccessRule.compact(AccessRule.missing(rules, held: held))
        if missing.isEmpty { return }
        let lines = Set(missing.map(\.description)).sorted { UTF8Order.compare($0, $1) < 0 }
        let suffix = problems.isEmpty ? "" : "; resolution errors: \(problems)"
        throw .forbidden(
            target.type,
            name,
            "user \(AccessAttributes.quoted(user.name)) (groups=\(AccessRule.quoted(user.groups))) is attempting to "
                + "grant RBAC permissions not currently held:\n\(lines.joined(separator: "\n"))\(suffix)"
        )
    }

    private func may(_ user: UserInfo, _ verb: String, _ resource: String, _ name: String, namespace: String) -> Bool {
        let wanted = AccessAttributes(
            verb: verb,
            group: "rbac.authorization.k8s.io",
            version: "v1",
            resource: resource,
            namespace: namespace,
            name: name
        )
        return authorizer.decide(wanted, for: user).isAllowed
    }

    private static func gathers(_ role: JSONValue) -> Bool {
        role["aggregationRule"]?["clusterRoleSelectors"]?.array?.isEmpty == false
    }

    /// Whether a change is one that the garbage collector makes, which nobody must be kept from.
    private static func isHousekeeping(_ object: JSONValue, _ old: JSONValue) -> Bool {
        func bare(_ value: JSONValue) -> JSONValue {
            var bare = value
            for name in ["ownerReferences", "finalizers", "managedFields"] {
                bare["metadata", default: [:]][name] = nil
            }
            return bare
        }
        return bare(object) == bare(old)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

/// One permission of a role: a verb on a resource.
struct Permission: Sendable, Hashable, CustomStringConvertible {
    /// The role: `ClusterRole grantor`, `Role influxdb/grantor`.
    let role: String
    /// The verb.
    let verb: String
    /// The API group; empty for the core group.
    let group: String
    /// The resource, with a slash before a subresource.
    let resource: String

    /// The permission in words.
    var description: String { "\(role): \(verb) \(resource)\(group.isEmpty ? "" : ".\(group)")" }

    /// All permissions of a Role or a ClusterRole.
    static func all(of role: JSONValue) -> Set<Permission> {
        func texts(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }
        var permissions: Set<Permission> = []
        for rule in role["rules"]?.array ?? [] {
            for group in texts(rule["apiGroups"]) {
                for resource in texts(rule["resources"]) {
                    for verb in texts(rule["verbs"]) {
                        permissions.insert(
                            Permission(
                                role: ChartEngine.Rendering.name(role),
                                verb: verb,
                                group: group,
                                resource: resource
                            )
                        )
                    }
                }
            }
        }
        return permissions
    }
}

/// What an audit log in the form of `audit.k8s.io/v1` tells about one user.
struct AuditTrail: Sendable {
    /// One request.
    struct Entry: Sendable, CustomStringConvertible {
        /// What was asked: `list configmaps in influxdb`.
        let description: String
        /// The answer's status code.
        let code: Int64
        /// Whether the roles permit it.
        let isAllowed: Bool
        /// The permission that it takes, by the binding that gave it; `nil` for what everybody may do.
        let permission: Permission?
    }

    /// The requests of the user, in the order of their answers.
    let entries: [Entry]

    /// Picks the events of a user.
    init(_ events: [JSONValue], user: String) {
        entries = events.filter { $0["user"]?["username"]?.string == user }.map(Entry.init)
    }

    /// What the user was refused.
    var refused: [Entry] { entries.filter { !$0.isAllowed || $0.code == 403 || $0.code == 401 } }

    /// The permissions that were used.
    var used: Set<Permission> { Set(entries.compactMap(\.permission)) }
}

extension AuditTrail.Entry {
    /// Reads an event.
    init(_ event: JSONValue) {
        let reference = event["objectRef"]
        func text(_ name: String) -> String { reference?[name]?.string ?? "" }
        let verb = event["verb"]?.string ?? ""
        let resource = text("subresource").isEmpty ? text("resource") : "\(text("resource"))/\(text("subresource"))"
        let path = event["requestURI"]?.string ?? ""
        description =
            reference == nil ? "\(verb) \(path)" : "\(verb) \(resource) \(text("name")) in \(text("namespace"))"
        code = event["responseStatus"]?["code"]?.integer ?? 0
        let annotations = event["annotations"]
        isAllowed = annotations?["authorization.k8s.io/decision"] == "allow"
        let reason = annotations?["authorization.k8s.io/reason"]?.string ?? ""
        permission = Self.role(reason).flatMap { role in
            reference == nil || role.contains("system:")
                ? nil : Permission(role: role, verb: verb, group: text("apiGroup"), resource: resource)
        }
    }

    /// The role that a reason names: `RBAC: allowed by RoleBinding "a/b" of Role "c" to ServiceAccount "d/e"`.
    private static func role(_ reason: String) -> String? {
        guard
            let match = reason.firstMatch(
                of: /allowed by (?:Cluster)?RoleBinding "([^"]*)" of (Role|ClusterRole) "([^"]*)" to/
            )
        else { return nil }
        let (_, binding, kind, name) = match.output
        guard kind == "Role" else { return "\(kind) \(name)" }
        return "\(kind) \(binding.split(separator: "/").last ?? "")/\(name)"
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A binding of a role to subjects, read from its object.
struct AccessBinding: Sendable {
    /// Somebody who gets the role.
    enum Subject: Sendable {
        case user(String)
        case group(String)
        case serviceAccount(namespace: String, name: String)

        /// Reads a subject; `nil` for kinds that do not exist.
        init?(_ subject: JSONValue, namespace: String) {
            let name = subject["name"]?.string ?? ""
            switch subject["kind"]?.string {
            case "User": self = .user(name)
            case "Group": self = .group(name)
            case "ServiceAccount":
                let given = subject["namespace"]?.string ?? ""
                self = .serviceAccount(namespace: given.isEmpty ? namespace : given, name: name)
            default: return nil
            }
        }

        /// Whether somebody is meant.
        func matches(_ user: UserInfo) -> Bool {
            switch self {
            case .user(let name): UTF8Order.equal(name, user.name)
            case .group(let name): user.groups.contains { UTF8Order.equal($0, name) }
            case .serviceAccount(let namespace, let name):
                user.name.hasPrefix(UserInfo.serviceAccountPrefix)
                    && UTF8Order.equal("\(UserInfo.serviceAccountPrefix)\(namespace):\(name)", user.name)
            }
        }

        /// The subject as reasons show it.
        var description: String {
            switch self {
            case .user(let name): "User \(AccessAttributes.quoted(name))"
            case .group(let name): "Group \(AccessAttributes.quoted(name))"
            case .serviceAccount(let namespace, let name):
                "ServiceAccount \(AccessAttributes.quoted("\(name)/\(namespace)"))"
            }
        }
    }

    /// The name.
    let name: String
    /// The namespace; empty for bindings of the whole cluster.
    let namespace: String
    /// Who gets the role.
    let subjects: [Subject]
    /// The role.
    let role: RoleReference

    /// Reads a binding.
    init(_ object: StoredObject) {
        let namespace = object.key.namespace
        self.namespace = namespace
        name = object.key.name
        subjects = (object.value["subjects"]?.array ?? []).compactMap { Subject($0, namespace: namespace) }
        role = RoleReference(object.value["roleRef"], namespace: namespace)
    }

    /// The reason of what it permits to a subject (`plugin/pkg/auth/authorizer/rbac/rbac.go`).
    func reason(_ subject: Subject) -> String {
        let kind = namespace.isEmpty ? "ClusterRoleBinding" : "RoleBinding"
        let place = namespace.isEmpty ? name : "\(name)/\(namespace)"
        return "RBAC: allowed by \(kind) \(AccessAttributes.quoted(place)) of \(role.kind) "
            + "\(AccessAttributes.quoted(role.name)) to \(subject.description)"
    }
}

/// The role that a binding names.
struct RoleReference: Sendable, Hashable {
    /// `Role` or `ClusterRole`.
    var kind: String
    /// The name.
    var name: String
    /// The namespace of a `Role`; empty for a `ClusterRole`.
    var namespace: String

    /// Reads a reference of a binding in a namespace.
    init(_ reference: JSONValue?, namespace: String) {
        kind = reference?["kind"]?.string ?? ""
        name = reference?["name"]?.string ?? ""
        self.namespace = kind == "Role" ? namespace : ""
    }

    /// Whether it is a role of the whole cluster.
    var isClusterRole: Bool { kind == "ClusterRole" }

    /// The address of its rules for one who asks whether they may `bind` or `escalate` it.
    var resource: String { isClusterRole ? "clusterroles" : "roles" }

    /// Why nothing comes of it when it does not exist.
    var absence: String {
        "\(kind.lowercased()).rbac.authorization.k8s.io \(AccessAttributes.quoted(name)) not found"
    }
}

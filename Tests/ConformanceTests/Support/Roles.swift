// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import TestKit
import Testing

extension ResourceType {
    private static let rbac = "rbac.authorization.k8s.io"

    /// `Role`.
    static let roles = ResourceType(group: rbac, version: "v1", kind: "Role", plural: "roles")
    /// `RoleBinding`.
    static let roleBindings = ResourceType(group: rbac, version: "v1", kind: "RoleBinding", plural: "rolebindings")
    /// `ClusterRole`.
    static let clusterRoles = ResourceType(
        group: rbac,
        version: "v1",
        kind: "ClusterRole",
        plural: "clusterroles",
        isNamespaced: false
    )
    /// `ClusterRoleBinding`.
    static let clusterRoleBindings = ResourceType(
        group: rbac,
        version: "v1",
        kind: "ClusterRoleBinding",
        plural: "clusterrolebindings",
        isNamespaced: false
    )
    /// `ServiceAccount`.
    static let serviceAccounts = ResourceType(
        group: "",
        version: "v1",
        kind: "ServiceAccount",
        plural: "serviceaccounts"
    )

    /// A review of the whole cluster.
    static func review(_ kind: String) -> ResourceType {
        let group =
            kind.hasSuffix("AccessReview") || kind == "SelfSubjectRulesReview" ? "authorization" : "authentication"
        return ResourceType(
            group: "\(group).k8s.io",
            version: "v1",
            kind: kind,
            plural: "\(kind.lowercased())s",
            isNamespaced: kind.hasPrefix("Local")
        )
    }

    /// The tokens of a service account.
    static func tokens(of account: String) -> ResourceType {
        ResourceType(group: "", version: "v1", kind: "TokenRequest", plural: "serviceaccounts/\(account)/token")
    }
}

/// One rule of a role, in short.
struct Rule: Sendable {
    var groups = [""]
    var resources: [String] = []
    var verbs: [String]
    var names: [String] = []
    var paths: [String] = []

    /// The rule as roles hold it.
    var json: JSONValue {
        .members([
            "apiGroups": resources.isEmpty ? nil : .array(groups.map(JSONValue.string)),
            "resources": resources.isEmpty ? nil : .array(resources.map(JSONValue.string)),
            "resourceNames": names.isEmpty ? nil : .array(names.map(JSONValue.string)),
            "nonResourceURLs": paths.isEmpty ? nil : .array(paths.map(JSONValue.string)),
            "verbs": .array(verbs.map(JSONValue.string)),
        ])
    }
}

extension Cluster {
    /// A user of this test alone.
    func user(_ name: String) -> String { "\(name)-\(suffix)" }

    /// A subject as bindings name it.
    static func subject(user: String) -> JSONValue {
        ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(user)]
    }

    /// A group as bindings name it.
    static func subject(group: String) -> JSONValue {
        ["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": .string(group)]
    }

    /// Gives rules in the test's namespace, by a Role and a RoleBinding of one name.
    func permit(_ name: String, _ rules: [Rule], to subjects: JSONValue...) async throws {
        try await permit(name, rules, to: subjects)
    }

    /// Gives rules in the test's namespace, by a Role and a RoleBinding called `test`.
    func permit(_ rules: [Rule], to subjects: JSONValue...) async throws {
        try await permit("test", rules, to: subjects)
    }

    private func permit(_ name: String, _ rules: [Rule], to subjects: [JSONValue]) async throws {
        try await create(.roles, name, ["rules": .array(rules.map(\.json))])
        try await bind(name, role: "Role", name, to: subjects)
    }

    /// Binds a role in the test's namespace.
    func bind(_ name: String, role kind: String, _ role: String, to subjects: [JSONValue]) async throws {
        try await create(.roleBindings, name, ["roleRef": Self.reference(kind, role), "subjects": .array(subjects)])
    }

    /// Gives rules in the whole cluster; the name gets the test's suffix.
    func permitEverywhere(_ name: String, _ rules: [Rule], to subjects: JSONValue...) async throws {
        let name = user(name)
        removeLater(.clusterRoleBindings, name)
        removeLater(.clusterRoles, name)
        _ = try await client.create(
            .clusterRoles,
            clusterObject(.clusterRoles, name, ["rules": .array(rules.map(\.json))])
        )
        _ = try await client.create(
            .clusterRoleBindings,
            clusterObject(
                .clusterRoleBindings,
                name,
                ["roleRef": Self.reference("ClusterRole", name), "subjects": .array(subjects)]
            )
        )
    }

    /// An object of the whole cluster, to be sent.
    func clusterObject(_ type: ResourceType, _ name: String, _ content: JSONObject) -> JSONValue {
        var object = content
        object["apiVersion"] = .string(type.apiVersion)
        object["kind"] = .string(type.kind)
        object["metadata"] = ["name": .string(name)]
        return .object(object)
    }

    /// The role that a binding names.
    static func reference(_ kind: String, _ name: String) -> JSONValue {
        ["apiGroup": "rbac.authorization.k8s.io", "kind": .string(kind), "name": .string(name)]
    }

    /// Acts as somebody else.
    @discardableResult
    func acting<Result: Sendable>(
        as user: String,
        uid: String? = nil,
        groups: [String] = [],
        extra: [String: [String]] = [:],
        _ body: (Cluster) async throws -> Result
    ) async throws -> Result {
        var configuration = configuration
        configuration.impersonation = .init(user: user, uid: uid, groups: groups, extra: extra)
        return try await with(configuration, body)
    }

    /// Comes with another token, or none.
    @discardableResult
    func bearing<Result: Sendable>(
        token: String?,
        _ body: (Cluster) async throws -> Result
    ) async throws -> Result {
        var configuration = configuration
        configuration.clientCertificate = nil
        configuration.authorization = token.map { .token(Secret($0)) } ?? .none
        return try await with(configuration, body)
    }

    private func with<Result: Sendable>(
        _ configuration: KubeConfiguration,
        _ body: (Cluster) async throws -> Result
    ) async throws -> Result {
        try await withTestClient(configuration, as: "conformance") { client in
            try await body(Cluster(client: client, namespace: namespace, suffix: suffix, configuration: configuration))
        }
    }

    /// Asks a review.
    func review(_ kind: String, _ spec: JSONValue = [:], namespace: String? = nil) async throws -> JSONValue {
        let type = ResourceType.review(kind)
        return try await client.create(
            type,
            ["apiVersion": .string(type.apiVersion), "kind": .string(kind), "spec": spec],
            namespace: namespace
        )
    }

    /// Whether somebody may do something in the test's namespace, and why.
    func decision(
        _ user: String,
        groups: [String] = [],
        _ verb: String,
        _ resource: String,
        group: String = "",
        subresource: String = "",
        name: String = "",
        namespace: String? = nil
    ) async throws -> (isAllowed: Bool, reason: String) {
        let answer = try await review(
            "SubjectAccessReview",
            [
                "user": .string(user), "groups": .array(groups.map(JSONValue.string)),
                "resourceAttributes": [
                    "verb": .string(verb), "group": .string(group), "resource": .string(resource),
                    "subresource": .string(subresource), "name": .string(name),
                    "namespace": .string(namespace ?? self.namespace),
                ],
            ]
        )
        return (answer["status"]?["allowed"]?.bool ?? false, answer["status"]?["reason"]?.string ?? "")
    }

    /// Waits until a permission that was given is known: kube-apiserver learns of roles by watching them.
    func known(
        _ user: String,
        groups: [String] = [],
        _ verb: String,
        _ resource: String,
        group: String = "",
        name: String = "",
        namespace: String? = nil
    ) async throws {
        try await eventually("\(user) may \(verb) \(resource)") {
            try await decision(user, groups: groups, verb, resource, group: group, name: name, namespace: namespace)
                .isAllowed
        }
    }
}

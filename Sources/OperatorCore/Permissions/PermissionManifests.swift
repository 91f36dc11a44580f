// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// The roles and bindings that give an operator what the table says, and nothing else.
public struct PermissionManifests: Sendable {
    private static let group = "rbac.authorization.k8s.io"

    /// The service account that the operator runs as.
    public var serviceAccount: NamespacedName
    /// The namespaces that are looked after; none means all.
    public var namespaces: [String]
    /// What the roles are called.
    public var name: String
    /// Whether the operator serves the webhook.
    public var webhook: Bool

    /// Creates manifests.
    ///
    /// - Parameters:
    ///   - serviceAccount: Who the operator is; its namespace is where it runs.
    ///   - namespaces: The namespaces that are looked after; none means all, and takes a ClusterRole.
    ///   - name: What the roles are called.
    ///   - webhook: Whether the operator serves the webhook.
    public init(
        serviceAccount: NamespacedName,
        namespaces: [String] = [],
        name: String = "grantor",
        webhook: Bool = false
    ) {
        self.serviceAccount = serviceAccount
        self.namespaces = namespaces
        self.name = name
        self.webhook = webhook
    }

    /// The rules that hold in a place, as roles hold them.
    public static func rules(in place: PermissionRule.Place) -> JSONValue {
        .array((PermissionTable.rules + PermissionTable.webhookRules).filter { $0.place == place }.map(\.json))
    }

    /// The objects, roles before the bindings that name them.
    public var objects: [JSONValue] {
        var objects: [JSONValue] = []
        if namespaces.isEmpty {
            objects += pair(name, in: nil, rules: .watched)
        }
        for namespace in namespaces {
            objects += pair(name, in: namespace, rules: .watched)
        }
        objects += pair("\(name)-leader-election", in: serviceAccount.namespace, rules: .home)
        if webhook {
            objects += pair("\(name)-webhook", in: serviceAccount.namespace, rules: .webhookHome)
            objects += pair("\(name)-webhook", in: nil, rules: .webhookCluster)
        }
        return objects
    }

    /// A role and its binding, in a namespace or for the cluster.
    private func pair(_ name: String, in namespace: String?, rules place: PermissionRule.Place) -> [JSONValue] {
        let prefix = namespace == nil ? "Cluster" : ""
        let metadata = JSONValue.members([
            "name": .string(name),
            "namespace": namespace.map(JSONValue.string),
            "labels": ["app.kubernetes.io/name": "grantor"],
        ])
        let role: JSONValue = [
            "apiVersion": .string("\(Self.group)/v1"), "kind": .string("\(prefix)Role"),
            "metadata": metadata, "rules": Self.rules(in: place),
        ]
        let binding: JSONValue = [
            "apiVersion": .string("\(Self.group)/v1"), "kind": .string("\(prefix)RoleBinding"),
            "metadata": metadata,
            "roleRef": ["apiGroup": .string(Self.group), "kind": .string("\(prefix)Role"), "name": .string(name)],
            "subjects": [
                .members([
                    "kind": "ServiceAccount", "name": .string(serviceAccount.name),
                    "namespace": serviceAccount.namespace.map(JSONValue.string),
                ])
            ],
        ]
        return [role, binding]
    }
}

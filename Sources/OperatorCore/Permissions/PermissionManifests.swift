// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminGrants
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
    /// In which form AppInstances stand in the cluster.
    public var source: ObjectForm
    /// In which form AdminAccesses and AdminGrants are kept.
    public var store: ObjectForm

    /// Creates manifests.
    ///
    /// - Parameters:
    ///   - serviceAccount: Who the operator is; its namespace is where it runs.
    ///   - namespaces: The namespaces that are looked after; none means all, and takes a ClusterRole.
    ///   - name: What the roles are called.
    ///   - webhook: Whether the operator serves the webhook.
    ///   - source: In which form AppInstances stand in the cluster.
    ///   - store: In which form AdminAccesses and AdminGrants are kept.
    public init(
        serviceAccount: NamespacedName,
        namespaces: [String] = [],
        name: String = "grantor",
        webhook: Bool = false,
        source: ObjectForm = .resources,
        store: ObjectForm = .resources
    ) {
        self.serviceAccount = serviceAccount
        self.namespaces = namespaces
        self.name = name
        self.webhook = webhook
        self.source = source
        self.store = store
    }

    /// The rules that hold in a place, as roles hold them.
    public static func rules(
        in place: PermissionRule.Place,
        source: ObjectForm = .resources,
        store: ObjectForm = .resources
    ) -> JSONValue {
        let rules = (PermissionTable.rules + PermissionTable.webhookRules).filter { rule in
            rule.place == place && rule.isNeeded(source: source, store: store)
        }
        return .array(rules.map(\.json))
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
            "metadata": metadata, "rules": Self.rules(in: place, source: source, store: store),
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

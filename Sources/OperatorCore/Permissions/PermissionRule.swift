// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import AdminGrants
public import KubeCore

/// What the operator does with one kind of resource.
///
/// It becomes one rule of a Role or ClusterRole of `rbac.authorization.k8s.io/v1`.
public struct PermissionRule: Sendable, Hashable {
    /// Where the rule has to hold.
    public enum Place: String, Sendable, CaseIterable {
        /// In every namespace that is looked after.
        case watched
        /// In the namespace that the operator runs in.
        case home
        /// In the namespace that the operator runs in, when it serves the webhook.
        case webhookHome = "webhook-home"
        /// In the cluster, when the operator serves the webhook.
        case webhookCluster = "webhook-cluster"
    }

    /// The API group; empty for the core group.
    public let group: String
    /// The resource, with a slash before a subresource.
    public let resource: String
    /// What is done, sorted.
    public let verbs: [String]
    /// The one object that is meant; `nil` means all.
    public let name: String?
    /// Where.
    public let place: Place
    /// Why, for people.
    public let reason: String

    /// Creates a rule.
    ///
    /// - Parameters:
    ///   - type: The kind of resource.
    ///   - subresource: The subresource; none for the objects themselves.
    ///   - verbs: What is done.
    ///   - name: The one object that is meant; all when it is `nil`.
    ///   - place: Where.
    ///   - reason: Why, for people.
    init(
        _ type: ResourceType,
        subresource: String? = nil,
        _ verbs: [String],
        named name: String? = nil,
        in place: Place = .watched,
        because reason: String
    ) {
        group = type.group
        resource = subresource.map { "\(type.plural)/\($0)" } ?? type.plural
        self.verbs = verbs
        self.name = name
        self.place = place
        self.reason = reason
    }
}

extension PermissionRule {
    /// Whether an operator needs it that finds and keeps things in these forms.
    public func isNeeded(source: ObjectForm, store: ObjectForm) -> Bool {
        if group == ResourceType.appInstances.group { return source == .resources }
        if group == ResourceType.adminGrants.group { return store == .resources }
        return true
    }
}

extension PermissionRule: JSONWritable {
    /// The rule as roles hold it.
    public var json: JSONValue {
        .members([
            "apiGroups": [.string(group)], "resources": [.string(resource)],
            "resourceNames": name.map { [.string($0)] },
            "verbs": .array(verbs.map(JSONValue.string)),
        ])
    }
}

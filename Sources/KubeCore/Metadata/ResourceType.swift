// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A kind of object and the address at which an API server serves it.
public struct ResourceType: Sendable, Hashable {
    /// The API group; empty for the core group.
    public let group: String
    /// The version, as in `v1alpha1`.
    public let version: String
    /// The kind, as in `AppInstance`.
    public let kind: String
    /// The name in paths, as in `appinstances`.
    public let plural: String
    /// Whether objects live in a namespace.
    public let isNamespaced: Bool

    /// Creates a resource type.
    public init(group: String, version: String, kind: String, plural: String, isNamespaced: Bool = true) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.isNamespaced = isNamespaced
    }

    /// Group and version as objects carry them: `v1`, `apps/v1`.
    public var apiVersion: String {
        group.isEmpty ? version : "\(group)/\(version)"
    }

    /// The name of the resource with its group, as messages write it: `configmaps`, `appinstances.kubecfg.dev`.
    public var qualifiedName: String {
        group.isEmpty ? plural : "\(plural).\(group)"
    }

    /// The path of the collection: in one namespace, or in all when none is given.
    public func collectionPath(namespace: String? = nil) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if let namespace, isNamespaced { path += "/namespaces/\(namespace)" }
        return path + "/\(plural)"
    }

    /// The path of one object, or of one of its subresources.
    public func path(of name: NamespacedName, subresource: String? = nil) -> String {
        let path = "\(collectionPath(namespace: name.namespace))/\(name.name)"
        return subresource.map { "\(path)/\($0)" } ?? path
    }
}

extension ResourceType {
    /// `ConfigMap` of the core group.
    public static let configMaps = ResourceType(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
    /// `Secret` of the core group.
    public static let secrets = ResourceType(group: "", version: "v1", kind: "Secret", plural: "secrets")
    /// `Namespace` of the core group.
    public static let namespaces = ResourceType(
        group: "",
        version: "v1",
        kind: "Namespace",
        plural: "namespaces",
        isNamespaced: false
    )
    /// `Event` of `events.k8s.io/v1`.
    public static let events = ResourceType(group: "events.k8s.io", version: "v1", kind: "Event", plural: "events")
    /// `Lease` of `coordination.k8s.io/v1`.
    public static let leases = ResourceType(
        group: "coordination.k8s.io",
        version: "v1",
        kind: "Lease",
        plural: "leases"
    )
    /// `ValidatingWebhookConfiguration` of `admissionregistration.k8s.io/v1`.
    public static let validatingWebhookConfigurations = ResourceType(
        group: "admissionregistration.k8s.io",
        version: "v1",
        kind: "ValidatingWebhookConfiguration",
        plural: "validatingwebhookconfigurations",
        isNamespaced: false
    )
    /// `CustomResourceDefinition` of `apiextensions.k8s.io/v1`.
    public static let customResourceDefinitions = ResourceType(
        group: "apiextensions.k8s.io",
        version: "v1",
        kind: "CustomResourceDefinition",
        plural: "customresourcedefinitions",
        isNamespaced: false
    )
}

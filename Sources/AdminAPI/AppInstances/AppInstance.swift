// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// An AppInstance (`kubecfg.dev/v1alpha1`), as far as Grantor reads it; it is never written.
///
/// The API server validates nothing below `spec.package.spec`, so `admin` is kept as it came and judged by
/// `AdminRules`. Annotations and managed fields are dropped: together they are larger than all the rest.
public struct AppInstance: Sendable, Hashable {
    /// Name, namespace, identity, versions, labels and finalizers; no annotations.
    public var metadata: ObjectMeta
    /// Whether kubit leaves the instance alone (`spec.pause`).
    public var isPaused: Bool
    /// The version of the package's own schema (`spec.package.apiVersion`).
    public var packageAPIVersion: String?
    /// `spec.package.spec.admin`, whatever it is; `nil` when there is no such member: then the instance is not ours.
    public var admin: JSONValue?
    /// `spec.package.spec.egress.customCertificates`, whatever it is.
    public var customCertificates: JSONValue?

    /// Creates an AppInstance.
    public init(
        metadata: ObjectMeta,
        isPaused: Bool = false,
        packageAPIVersion: String? = nil,
        admin: JSONValue? = nil,
        customCertificates: JSONValue? = nil
    ) {
        self.metadata = metadata
        self.isPaused = isPaused
        self.packageAPIVersion = packageAPIVersion
        self.admin = admin
        self.customCertificates = customCertificates
    }

    /// The ConfigMap entry that holds the CA bundle for the identity provider; `nil` when none is named properly.
    public var caBundle: ConfigMapEntry? {
        guard let reference = customCertificates?["valueFrom"]?["configMapKeyRef"],
            let name = reference["name"]?.string, !name.isEmpty,
            let key = reference["key"]?.string, !key.isEmpty
        else { return nil }
        return ConfigMapEntry(name: name, key: key)
    }
}

/// One entry of a ConfigMap in the namespace of the object that names it.
public struct ConfigMapEntry: Sendable, Hashable {
    /// The name of the ConfigMap.
    public let name: String
    /// The key of the entry.
    public let key: String

    /// Creates a reference.
    public init(name: String, key: String) {
        self.name = name
        self.key = key
    }
}

extension AppInstance: JSONReadable {
    /// Reads an AppInstance; anything may stand below `spec`.
    ///
    /// - Throws: `FieldError` when the metadata cannot be read.
    public init(json: JSONValue) throws(FieldError) {
        guard var metadata = json["metadata"]?.object else { throw FieldError(.required, FieldPath(keys: "metadata")) }
        metadata["annotations"] = nil
        metadata["managedFields"] = nil
        let package = json["spec"]?["package"]
        self.init(
            metadata: try ObjectMeta(json: .object(metadata)),
            isPaused: json["spec"]?["pause"]?.bool ?? false,
            packageAPIVersion: package?["apiVersion"]?.string,
            admin: package?["spec"]?["admin"],
            customCertificates: package?["spec"]?["egress"]?["customCertificates"]
        )
    }
}

extension ResourceType {
    /// `AppInstance` of kubit.
    public static let appInstances = ResourceType(
        group: "kubecfg.dev",
        version: "v1alpha1",
        kind: "AppInstance",
        plural: "appinstances"
    )
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import KubeController
import KubeCore

/// What the operator knows of the cluster; each store is kept by a watch of its own.
public struct OperatorStores: Sendable {
    /// The AppInstances, by name.
    public let instances: ObjectStore<InstanceRecord>
    /// The AdminAccesses, by name.
    public let accesses: ObjectStore<AccessRecord>
    /// The AdminGrants, by name; indexed by AppInstance.
    public let grants: ObjectStore<GrantRecord>
    /// The ConfigMaps with keys that Grantor made.
    public let keysConfigMaps: ObjectStore<KeysConfigMapRecord>
    /// The versions of all ConfigMaps, to follow CA bundles.
    public let configMaps: ObjectStore<ConfigMapVersion>

    /// Creates empty stores.
    public init() {
        instances = ObjectStore(indexes: [Self.instancesByCABundle])
        accesses = ObjectStore()
        grants = ObjectStore(indexes: [Self.grantsByInstance])
        keysConfigMaps = ObjectStore()
        configMaps = ObjectStore()
    }

    /// Returns when every store has been read in full once.
    ///
    /// - Throws: `CancellationError`.
    public func waitUntilSynced() async throws {
        try await instances.waitUntilSynced()
        try await accesses.waitUntilSynced()
        try await grants.waitUntilSynced()
        try await keysConfigMaps.waitUntilSynced()
        try await configMaps.waitUntilSynced()
    }

    /// The grants that speak of an AppInstance.
    func grants(of instance: NamespacedName) -> [GrantRecord] {
        grants.objects(in: Self.grantsByInstance.name, under: instance.description).map(\.object)
    }

    /// The AppInstances whose CA bundle is in a ConfigMap.
    func instances(usingCABundle configMap: NamespacedName) -> [NamespacedName] {
        instances.keys(in: Self.instancesByCABundle.name, under: configMap.description)
    }

    private static let grantsByInstance = ObjectIndex<GrantRecord>("appInstance") { key, grant in
        [NamespacedName(namespace: key.namespace, name: grant.appInstance).description]
    }

    private static let instancesByCABundle = ObjectIndex<InstanceRecord>("caBundle") { key, instance in
        instance.caBundle.map { [NamespacedName(namespace: key.namespace, name: $0.name).description] } ?? []
    }
}

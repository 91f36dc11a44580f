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
    /// The ConfigMaps that stand for AdminAccesses, by name.
    public let accessDocuments: ObjectStore<AccessDocument>
    /// The ConfigMaps that hold AdminGrants, by name; indexed by AppInstance.
    public let grantDocuments: ObjectStore<GrantDocument>
    /// The ConfigMaps with keys that Grantor made.
    public let keysConfigMaps: ObjectStore<KeysConfigMapRecord>
    /// The versions of all ConfigMaps, to follow CA bundles.
    public let configMaps: ObjectStore<ConfigMapVersion>

    /// In which form AppInstances stand in the cluster.
    public let source: ObjectForm
    /// In which form AdminAccesses and AdminGrants are kept; of the other form the stores stay empty.
    public let store: ObjectForm

    /// Creates empty stores.
    public init(source: ObjectForm = .resources, store: ObjectForm = .resources) {
        self.source = source
        self.store = store
        accessDocuments = ObjectStore()
        grantDocuments = ObjectStore(indexes: [Self.documentsByInstance])
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
        switch store {
        case .resources:
            try await accesses.waitUntilSynced()
            try await grants.waitUntilSynced()
        case .configMaps:
            try await accessDocuments.waitUntilSynced()
            try await grantDocuments.waitUntilSynced()
        }
        try await keysConfigMaps.waitUntilSynced()
        try await configMaps.waitUntilSynced()
    }

    /// Whether every store has been read in full at least once.
    public var isSynced: Bool {
        let isOutcomeSynced =
            switch store {
            case .resources: accesses.isSynced && grants.isSynced
            case .configMaps: accessDocuments.isSynced && grantDocuments.isSynced
            }
        return isOutcomeSynced && instances.isSynced && keysConfigMaps.isSynced && configMaps.isSynced
    }

    /// The ConfigMaps that hold the grants of an AppInstance, by their number.
    func grantDocuments(of instance: NamespacedName) -> [(key: NamespacedName, document: GrantDocument)] {
        grantDocuments.objects(in: Self.documentsByInstance.name, under: instance.description)
            .map { (key: $0.key, document: $0.object) }
            .sorted { $0.document.index < $1.document.index }
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

    private static let documentsByInstance = ObjectIndex<GrantDocument>("appInstance") { key, _ in
        GrantDocument.appInstance(of: key.name).map { name in
            [NamespacedName(namespace: key.namespace, name: name).description]
        } ?? []
    }

    private static let instancesByCABundle = ObjectIndex<InstanceRecord>("caBundle") { key, instance in
        instance.caBundle.map { [NamespacedName(namespace: key.namespace, name: $0.name).description] } ?? []
    }
}

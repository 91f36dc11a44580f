// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore
import Synchronization

/// Reads the CA bundles that AppInstances name, again whenever the ConfigMap has a new version.
final class CABundleReader: Sendable {
    private struct Entry: Sendable {
        var resourceVersion: String
        var outcome: NamedCABundle
    }

    private struct Key: Hashable {
        var configMap: NamespacedName
        var key: String
    }

    private let client: KubeClient
    private let stores: OperatorStores
    private let entries = Mutex<[Key: Entry]>([:])

    /// Creates a reader.
    init(client: KubeClient, stores: OperatorStores) {
        self.client = client
        self.stores = stores
    }

    /// The bundle of an AppInstance.
    ///
    /// - Throws: `KubeError` when the ConfigMap is there and cannot be read, or `CancellationError`.
    func bundle(for reference: ConfigMapEntry?, namespace: String?) async throws -> NamedCABundle {
        guard let reference else { return .none }
        let name = NamespacedName(namespace: namespace, name: reference.name)
        let key = Key(configMap: name, key: reference.key)
        guard let version = stores.configMaps[name]?.resourceVersion else {
            entries.withLock { $0[key] = nil }
            return .unusable(.configMapMissing)
        }
        if let entry = entries.withLock({ $0[key] }), entry.resourceVersion == version { return entry.outcome }
        guard let configMap = try await client.get(.configMaps, name) else {
            return .unusable(.configMapMissing)
        }
        let outcome = NamedCABundle(configMap, reference)
        let readVersion = configMap["metadata"]?["resourceVersion"]?.string ?? version
        entries.withLock { $0[key] = Entry(resourceVersion: readVersion, outcome: outcome) }
        return outcome
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore

/// Asks the API server itself for an AppInstance, past what the watch has told.
struct InstanceReader: Sendable {
    let client: KubeClient
    let form: ObjectForm

    /// An AppInstance as it is now; `nil` when there is none of that name.
    ///
    /// A ConfigMap whose text cannot be read may hold any, and so counts as the one that is asked for.
    ///
    /// - Throws: `KubeError`, `FieldError` when the metadata cannot be read, or `CancellationError`.
    func read(_ key: NamespacedName) async throws -> InstanceRecord? {
        switch form {
        case .resources:
            return try await client.get(.appInstances, key).map { try InstanceRecord(json: $0) }
        case .configMaps:
            let name = NamespacedName(namespace: key.namespace, name: InstanceConfigMap.name)
            guard let object = try await client.get(.configMaps, name) else { return nil }
            let configMap = try InstanceConfigMap(json: object)
            guard let name = configMap.instanceName else { return configMap.record }
            return UTF8Order.equal(name, key.name) ? configMap.record : nil
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore

/// The end: an AppInstance that is gone, or that no longer has an `admin` block.
extension InstanceReconciler {
    /// Takes back what was made for an AppInstance.
    ///
    /// - Parameters:
    ///   - key: The AppInstance.
    ///   - owner: The AppInstance that is there and has no `admin` block; `nil` when it is gone.
    /// - Throws: `KubeError` or `CancellationError`.
    func forget(_ key: NamespacedName, _ owner: InstanceIdentity?) async throws {
        keys.forget(key)
        metrics.forget(key)
        settled.forget(key)
        if isStandingBy { return }
        var remains = grantStore.remains(of: key)
        let keysName = NamespacedName(namespace: key.namespace, name: KeysConfigMap.name(appInstance: key.name))
        var keysConfigMap = stores.keysConfigMaps[keysName] == nil ? nil : keysName
        if remains.isEmpty, keysConfigMap == nil { return }
        // A cache may be wrong, and a wrong revocation locks people out: the API server is asked before.
        if let record = try await instances.read(key), record.isOurs || owner == nil { return }
        if owner != nil, remains.access?.spec?.paused == true {
            // Whoever paused it wants to see no grant go; the report ends all the same.
            remains.grants = []
            remains.documents = []
            keysConfigMap = nil
            remains.access = remains.access?.disowned
        }
        let identity = owner ?? InstanceIdentity(namespace: key.namespace ?? "", name: key.name, uid: "")
        let result = try await grantStore.remove(remains, of: identity)
        metrics.count(result)
        if result.isInterrupted { throw CancellationError() }
        if let owner { storyteller.tell(result, of: owner) }
        if let access = remains.access { try await grantStore.removeAccess(access, of: key) }
        if let keysConfigMap { try await client.delete(.configMaps, keysConfigMap) }
        if let failure = result.failures.first { throw failure }
    }
}

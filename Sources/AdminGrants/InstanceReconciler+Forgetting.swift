// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore

/// The end: an AppInstance that is gone, or that no longer has an `admin` block.
extension InstanceReconciler {
    /// What is there that was made for an AppInstance.
    private struct Remains {
        var grants: [GrantRecord]
        var access: AccessRecord?
        var keysConfigMap: NamespacedName?

        var isEmpty: Bool { grants.isEmpty && access == nil && keysConfigMap == nil }
    }

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
        var remains = remains(of: key)
        if remains.isEmpty { return }
        // A cache may be wrong, and a wrong revocation locks people out: the API server is asked before.
        if let live = try await client.get(.appInstances, key) {
            let record = try InstanceRecord(json: live)
            if record.isOurs || owner == nil { return }
        }
        if owner != nil, remains.access?.spec?.paused == true {
            // Whoever paused it wants to see no grant go; the report ends all the same.
            remains.grants = []
            remains.keysConfigMap = nil
            remains.access = remains.access?.disowned
        }
        try await remove(remains, of: key, owner)
    }

    private func remains(of key: NamespacedName) -> Remains {
        let grants = stores.grants(of: key).filter { grant in
            guard !grant.isDeleting, grant.isManaged || grant.ownerUID != nil else { return false }
            return UTF8Order.equal(grant.name, GrantContent.name(of: grant.userID, appInstance: key.name))
        }
        let access = stores.accesses[key].flatMap { access in
            // One that a user made stays; it only loses what it said of the AppInstance.
            access.isDeleting || (access.ownerUID == nil && access.statusBytes.isEmpty) ? nil : access
        }
        let configMap = NamespacedName(namespace: key.namespace, name: KeysConfigMap.name(appInstance: key.name))
        return Remains(
            grants: grants,
            access: access,
            keysConfigMap: stores.keysConfigMaps[configMap] == nil ? nil : configMap
        )
    }

    private func remove(_ remains: Remains, of key: NamespacedName, _ owner: InstanceIdentity?) async throws {
        var plan = GrantPlan()
        plan.deletions = remains.grants.map { .init(name: $0.name, uid: $0.uid, userID: $0.userID) }
        let identity = owner ?? InstanceIdentity(namespace: key.namespace ?? "", name: key.name, uid: "")
        let result = try await GrantWriter(client: client, stores: stores, owner: identity).write(plan)
        metrics.count(result)
        if result.isInterrupted { throw CancellationError() }
        if let owner { storyteller.tell(result, of: owner) }
        if let access = remains.access {
            if access.ownerUID != nil {
                try await deleteIfSame(.adminAccesses, key, uid: access.uid)
            } else if !access.statusBytes.isEmpty {
                do {
                    _ = try await client.patch(
                        .adminAccesses,
                        key,
                        .merge(["status": .null]),
                        subresource: "status"
                    )
                } catch let error as KubeError where error.code == .notFound {
                    // It is gone, and what it said with it.
                }
            }
        }
        if let configMap = remains.keysConfigMap { try await client.delete(.configMaps, configMap) }
        if let failure = result.failures.first { throw failure }
    }

    /// Deletes an object unless another one has taken its place.
    private func deleteIfSame(_ type: ResourceType, _ name: NamespacedName, uid: String) async throws {
        do {
            try await client.delete(type, name, options: DeleteOptions(uid: uid))
        } catch let error as KubeError where error.code == .conflict {
            // The watch tells of the other one.
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore

/// The ConfigMap with the keys, and the AdminAccess.
extension InstanceReconciler {
    /// Makes the ConfigMap hold the keys; nothing is written when it does.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func publishKeys(_ facts: KeySetFacts, _ owner: InstanceIdentity) async throws {
        let name = NamespacedName(namespace: owner.namespace, name: KeysConfigMap.name(appInstance: owner.name))
        let object = KeysConfigMap.object(facts, owner: owner)
        let wanted = KeysConfigMap.fingerprint(of: object)
        let present = stores.keysConfigMaps[name]
        if present?.fingerprint == wanted { return }
        let restoration = Restoration(client: client, type: .configMaps) { KeysConfigMap.fingerprint(of: $0) }
        let written: JSONValue
        if present == nil {
            do {
                written = try await client.create(.configMaps, object)
            } catch let error as KubeError where error.code == .alreadyExists {
                // Without our label it is not in the store; the fields that are ours become ours.
                written = try await restoration.restore(name, to: object, wanted)
            }
        } else {
            written = try await restoration.restore(name, to: object, wanted)
        }
        if let observed = Observed(json: written, decode: { try KeysConfigMapRecord(json: $0) }) {
            stores.keysConfigMaps.observeWrite(observed)
        }
    }

    /// Makes the AdminAccess of an AppInstance that has none.
    ///
    /// - Throws: `KubeError`, `ReconcileError` when it is there after all, or `CancellationError`.
    func createAccess(_ owner: InstanceIdentity) async throws -> AccessRecord {
        let metadata = ObjectMeta(
            name: owner.name,
            namespace: owner.namespace,
            labels: GrantLabels.labels(appInstance: owner.name),
            ownerReferences: [owner.reference]
        )
        do {
            return try observe(access: try await client.create(.adminAccesses, AdminAccess(metadata: metadata).json))
        } catch let error as KubeError where error.code == .alreadyExists {
            // The watch is behind; what a user set in it must be read before anything is said.
            throw ReconcileError.waiting(
                error.code.rawValue,
                "cannot report yet: the AdminAccess was made a moment ago",
                retryAfter: .milliseconds(50)
            )
        }
    }

    /// Writes a status unless the AdminAccess says the same already.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func publish(
        _ status: AdminAccessStatus,
        replacing access: AccessRecord,
        _ owner: InstanceIdentity
    ) async throws {
        let json = status.json
        if json.jsonBytes == access.statusBytes { return }
        let name = NamespacedName(namespace: owner.namespace, name: owner.name)
        let patch: JSONValue = [
            "apiVersion": .string(ResourceType.adminAccesses.apiVersion),
            "kind": .string(ResourceType.adminAccesses.kind),
            "metadata": ["name": .string(owner.name), "namespace": .string(owner.namespace)],
            "status": json,
        ]
        let written = try await client.patch(.adminAccesses, name, .apply(patch, force: true), subresource: "status")
        _ = try observe(access: written)
    }

    private func observe(access object: JSONValue) throws -> AccessRecord {
        guard let written = Observed(json: object, decode: { try AccessRecord(json: $0) }) else {
            throw KubeError(.invalidResponse, "cannot use the answer to a write: it is no AdminAccess")
        }
        stores.accesses.observeWrite(written)
        return try written.content.get()
    }
}

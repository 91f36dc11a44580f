// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore

/// The AdminAccess as a ConfigMap.
extension ConfigMapGrantStore {
    func access(of key: NamespacedName) async throws -> AccessRecord? {
        let name = AccessDocument.name(of: key)
        if let document = stores.accessDocuments[name] { return document.record }
        // One that a user made has no label yet; the watch of all ConfigMaps tells that it is there.
        guard stores.configMaps[name] != nil, let object = try await client.get(.configMaps, name) else { return nil }
        return try AccessDocument(json: object).record
    }

    func hasAccess(of key: NamespacedName) -> Bool {
        stores.accessDocuments[AccessDocument.name(of: key)] != nil
    }

    /// Nothing is written before there is something to say: a ConfigMap has no status apart.
    func createAccess(of owner: InstanceIdentity) -> AccessRecord {
        AccessRecord()
    }

    func publish(
        _ status: AdminAccessStatus,
        replacing access: AccessRecord,
        of owner: InstanceIdentity
    ) async throws -> AccessRecord {
        let name = AccessDocument.name(of: owner.key)
        let known = stores.accessDocuments[name]
        // One without owner is a user's, unless it holds nothing that a user could have made it for.
        let isOwned = access.uid.isEmpty || access.ownerUID != nil || known?.hasSpec == false
        let object = AccessDocument.object(status, owner: owner, isOwned: isOwned)
        let wanted = AccessDocument.fingerprint(of: object)
        if known?.fingerprint == wanted { return access }
        let written: JSONValue
        if access.uid.isEmpty {
            do {
                written = try await client.create(.configMaps, object)
            } catch let error as KubeError where error.code == .alreadyExists {
                throw ReconcileError.madeMeanwhile(error)
            }
        } else {
            let restoration = Restoration(client: client, type: .configMaps) { AccessDocument.fingerprint(of: $0) }
            written = try await restoration.restore(name, to: object, wanted)
        }
        guard let observed = Observed(json: written, decode: { try AccessDocument(json: $0) }) else { return access }
        stores.accessDocuments.observeWrite(observed)
        return try observed.content.get().record
    }

    func removeAccess(_ access: AccessRecord, of key: NamespacedName) async throws {
        let name = AccessDocument.name(of: key)
        if access.ownerUID != nil {
            try await client.deleteIfSame(.configMaps, name, uid: access.uid)
            return
        }
        let labels = GrantLabels.labels(.access, appInstance: key.name).keys
        let patch: JSONValue = [
            "metadata": ["labels": .object(JSONObject(labels.map { ($0, .null) }))],
            "data": .object(JSONObject(AccessDocument.ownKeys.map { ($0, .null) })),
        ]
        do {
            _ = try await client.patch(.configMaps, name, .merge(patch))
        } catch let error as KubeError where error.code == .notFound {
            // It is gone, and what it said with it.
        }
    }
}

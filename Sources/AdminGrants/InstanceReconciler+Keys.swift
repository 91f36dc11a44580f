// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore

/// The ConfigMap with the keys.
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
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// The ConfigMap that holds an AppInstance's public keys, for whoever verifies tokens in the cluster.
enum KeysConfigMap {
    /// The entry with the keys: a JWKS (RFC 7517).
    static let key = "jwks.json"

    /// The name of the ConfigMap of an AppInstance.
    static func name(appInstance: String) -> String {
        "\(appInstance)-admin-keys"
    }

    /// The AppInstance whose keys a ConfigMap of that name would hold; `nil` when the name is none of ours.
    static func appInstance(ofConfigMap name: String) -> String? {
        let suffix = "-admin-keys"
        return name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count ? String(name.dropLast(suffix.count)) : nil
    }

    /// The ConfigMap as it is created and applied.
    static func object(_ facts: KeySetFacts, owner: InstanceIdentity) -> JSONValue {
        let keys = JSONValue.object(["keys": .array(facts.keys.map(\.publicKey))])
        let metadata = ObjectMeta(
            name: name(appInstance: owner.name),
            namespace: owner.namespace,
            labels: GrantLabels.labels(appInstance: owner.name),
            ownerReferences: [owner.reference]
        )
        return [
            "apiVersion": .string(ResourceType.configMaps.apiVersion),
            "kind": .string(ResourceType.configMaps.kind),
            "metadata": metadata.json,
            "data": [key: .string(keys.jsonText)],
        ]
    }

    /// A fingerprint of the parts that Grantor sets.
    static func fingerprint(of object: JSONValue) -> Fingerprint {
        let labels = object["metadata"]?["labels"]
        let parts: [JSONValue?] = [
            labels?[GrantLabels.appInstance],
            labels?[GrantLabels.managedBy],
            GrantContent.ownerReference(of: object)?["uid"],
            object["data"]?[key],
        ]
        return Fingerprint(of: .array(parts.map { $0 ?? .null }))
    }
}

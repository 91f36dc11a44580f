// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import Crypto
import KubeCore

/// What an AdminGrant says, and how two of them are compared.
enum GrantContent {
    /// The grant of one user, as it is created and applied; the name is what `name(of:appInstance:)` gives.
    static func object(
        for user: AdminUser,
        name: String,
        provider: String,
        owner: InstanceIdentity
    ) -> JSONValue {
        let metadata = ObjectMeta(
            name: name,
            namespace: owner.namespace,
            labels: GrantLabels.labels(appInstance: owner.name),
            ownerReferences: [owner.reference]
        )
        let spec = AdminGrant.Spec(appInstance: owner.name, identityProvider: provider, user: user)
        return AdminGrant(metadata: metadata, spec: spec).json
    }

    /// The name of a user's grant.
    static func name(of userID: String, appInstance: String) -> String {
        GrantName.make(appInstance: appInstance, digest: SHA256.hash(data: Array(userID.utf8)))
    }

    /// A fingerprint of the parts that Grantor sets, and of nothing else: others may add labels and annotations.
    static func fingerprint(of object: JSONValue) -> Fingerprint {
        let labels = object["metadata"]?["labels"]
        var reference = ownerReference(of: object)?.object ?? [:]
        reference.keep { ["apiVersion", "kind", "name", "uid"].contains($0.name) }
        let parts: [JSONValue?] = [
            labels?[GrantLabels.appInstance],
            labels?[GrantLabels.managedBy],
            .object(reference),
            object["spec"],
        ]
        return Fingerprint(of: .array(parts.map { $0 ?? .null }))
    }

    /// The labels and the owner reference that Grantor sets on a ConfigMap, and nothing else.
    static func marks(of object: JSONValue) -> JSONValue {
        let labels = object["metadata"]?["labels"]
        var reference = ownerReference(of: object)?.object ?? [:]
        reference.keep { ["apiVersion", "kind", "name", "uid"].contains($0.name) }
        let names = [GrantLabels.appInstance, GrantLabels.managedBy, GrantLabels.component]
        return .array(names.map { labels?[$0] ?? .null } + [.object(reference)])
    }

    /// The owner reference that points to an AppInstance, or to the ConfigMap that holds one.
    static func ownerReference(of object: JSONValue) -> JSONValue? {
        object["metadata"]?["ownerReferences"]?.array?.first(where: isOwner)
    }

    /// Whether an owner reference points to an AppInstance, or to the ConfigMap that holds one.
    static func isOwner(_ reference: JSONValue) -> Bool {
        let kind = reference["kind"]?.string
        if kind == ResourceType.appInstances.kind {
            return reference["apiVersion"]?.string?.hasPrefix(ResourceType.appInstances.group + "/") == true
        }
        return kind == ResourceType.configMaps.kind && reference["name"]?.string == InstanceConfigMap.name
    }
}

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

    /// The owner reference that points to an AppInstance.
    static func ownerReference(of object: JSONValue) -> JSONValue? {
        object["metadata"]?["ownerReferences"]?.array?.first { reference in
            reference["kind"]?.string == ResourceType.appInstances.kind
                && reference["apiVersion"]?.string?.hasPrefix(ResourceType.appInstances.group + "/") == true
        }
    }
}

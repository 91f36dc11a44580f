// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// Which AppInstance something belongs to.
struct InstanceIdentity: Sendable, Hashable {
    /// Its namespace, which is that of everything made for it.
    var namespace: String
    /// Its name.
    var name: String
    /// Its identity.
    var uid: String

    /// The reference that makes the garbage collector take children along.
    var reference: OwnerReference {
        OwnerReference(
            apiVersion: ResourceType.appInstances.apiVersion,
            kind: ResourceType.appInstances.kind,
            name: name,
            uid: uid
        )
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeController
import KubeCore

/// Which AppInstance something belongs to.
struct InstanceIdentity: Sendable, Hashable {
    /// Its namespace, which is that of everything made for it.
    var namespace: String
    /// Its name.
    var name: String
    /// The identity of the object that holds it: its own, or that of kubit's ConfigMap.
    var uid: String
    /// Whether it is an object of its own or stands in kubit's ConfigMap.
    var form = ObjectForm.resources
    /// Stands for its text when it stands in a ConfigMap.
    var contentHash: String?

    /// The AppInstance's name together with the namespace.
    var key: NamespacedName { NamespacedName(namespace: namespace, name: name) }

    /// The reference that makes the garbage collector take children along.
    var reference: OwnerReference {
        let type = holder
        return OwnerReference(apiVersion: type.apiVersion, kind: type.kind, name: holderName, uid: uid)
    }

    /// What an event about it points to.
    var eventReference: ObjectEvent.Reference {
        .init(holder, NamespacedName(namespace: namespace, name: holderName), uid: uid)
    }

    private var holder: ResourceType { form == .resources ? .appInstances : .configMaps }

    private var holderName: String { form == .resources ? name : InstanceConfigMap.name }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The address of a stored object: what it is stored as, where, and its name.
struct ObjectKey: Sendable, Hashable {
    /// The `storageKey` of its definition.
    var storageKey: String
    /// The namespace; empty for objects of the whole cluster.
    var namespace: String
    /// The name.
    var name: String
}

/// One state of an object, as committed at one resource version; never changed, shared by readers and history.
final class StoredObject: Sendable {
    /// The address.
    let key: ObjectKey
    /// The resource version at which this state was committed.
    let revision: Int64
    /// The identity of this incarnation.
    let uid: String
    /// The object in the version it is stored in, `metadata.resourceVersion` included.
    let value: JSONValue
    /// The owners.
    let owners: [OwnerReference]

    /// Creates a state from an object that has `metadata`.
    init(key: ObjectKey, revision: Int64, value: JSONValue) {
        self.key = key
        self.revision = revision
        self.value = value
        let metadata = value["metadata"]
        uid = metadata?["uid"]?.string ?? ""
        owners = (metadata?["ownerReferences"]?.array ?? []).compactMap { try? OwnerReference(json: $0) }
    }

    /// Whether deletion was asked for.
    var isDeleting: Bool {
        value["metadata"]?["deletionTimestamp"]?.string != nil
    }

    /// What must be done before the object goes.
    var finalizers: [String] {
        (value["metadata"]?["finalizers"]?.array ?? []).compactMap(\.string)
    }
}

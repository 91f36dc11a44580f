// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// What `metadata` looks like (`ObjectMeta` of `meta/v1`).
    static let objectMeta: StructuralSchema = .goStruct(
        "ObjectMeta",
        "Standard object's metadata.",
        [
            "name": .text("Name, unique within a namespace; cannot be updated."),
            "generateName": .text("Prefix for a name that the server makes up when name is empty."),
            "namespace": .text("Namespace within which the name is unique."),
            "selfLink": .text("Deprecated; not set by the server."),
            "uid": .text("Identity of this object in time and space; set by the server."),
            "resourceVersion": .text("Opaque version of the object; set by the server."),
            "generation": .whole("Counts changes of the desired state; set by the server.", format: "int64"),
            "creationTimestamp": .time("When the object was created; set by the server."),
            "deletionTimestamp": .time("When deletion was asked for; set by the server."),
            "deletionGracePeriodSeconds": .whole("Seconds that a graceful deletion takes.", format: "int64"),
            "labels": .map(of: .text(""), "Keys and values to select objects by."),
            "annotations": .map(of: .text(""), "Keys and values that tools keep; not for selection."),
            "ownerReferences": .list(
                of: .ownerReference,
                "Objects that this one depends on; when all are deleted, it is collected.",
                keys: ["uid"]
            ),
            "finalizers": .list(
                of: .text(""),
                "What must be done before the object is removed.",
                type: .set,
                strategy: "merge"
            ),
            "managedFields": .list(
                of: .goAnything("An owner and its fields."),
                "Who owns which fields; for server-side apply.",
                type: .atomic
            ),
        ]
    )

    /// What an element of `metadata.ownerReferences` looks like.
    private static let ownerReference: StructuralSchema = .goStruct(
        "OwnerReference",
        "An object that owns this one, in the same namespace or cluster-scoped.",
        required: ["apiVersion", "kind", "name", "uid"],
        [
            "apiVersion": .text("API version of the owner."),
            "kind": .text("Kind of the owner."),
            "name": .text("Name of the owner."),
            "uid": .text("Identity of the owner."),
            "controller": .flag("Whether the owner is the managing controller."),
            "blockOwnerDeletion": .flag("Whether foreground deletion of the owner waits for this object."),
        ]
    ) { $0.mapType = .atomic }

    /// What `apiVersion` and `kind` look like.
    static func typeMetaMember(_ description: String) -> StructuralSchema {
        .text(description)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Objects without anything but their metadata (`PartialObjectMetadata` of `meta.k8s.io`).
enum PartialObjectMetadata {
    /// One object.
    static func object(_ object: JSONValue, version: String) -> JSONValue {
        [
            "kind": "PartialObjectMetadata",
            "apiVersion": .string("meta.k8s.io/\(version)"),
            "metadata": object["metadata"] ?? [:],
        ]
    }

    /// A list.
    static func list(_ list: JSONValue, version: String) -> JSONValue {
        [
            "kind": "PartialObjectMetadataList",
            "apiVersion": .string("meta.k8s.io/\(version)"),
            "metadata": list["metadata"] ?? [:],
            "items": .array((list["items"]?.array ?? []).map { object($0, version: version) }),
        ]
    }
}

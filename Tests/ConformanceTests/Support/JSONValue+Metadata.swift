// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension JSONValue {
    /// The name in the metadata.
    var name: String { self["metadata"]?["name"]?.string ?? "" }

    /// The identity in the metadata.
    var uid: String { self["metadata"]?["uid"]?.string ?? "" }

    /// The resource version in the metadata.
    var resourceVersion: String { self["metadata"]?["resourceVersion"]?.string ?? "" }

    /// The generation in the metadata.
    var generation: Int64 { self["metadata"]?["generation"]?.integer ?? 0 }

    /// The finalizers in the metadata.
    var finalizers: [String] { (self["metadata"]?["finalizers"]?.array ?? []).compactMap(\.string) }

    /// The time in the metadata at which deletion was asked for.
    var deletionTimestamp: String? { self["metadata"]?["deletionTimestamp"]?.string }

    /// An owner reference to this object.
    func reference(blocksOwnerDeletion: Bool = false) -> JSONValue {
        [
            "apiVersion": self["apiVersion"] ?? .null, "kind": self["kind"] ?? .null, "name": .string(name),
            "uid": .string(uid), "blockOwnerDeletion": .bool(blocksOwnerDeletion),
        ]
    }

    /// The managers of the object's fields with what they did: `conformance Update`.
    var managers: [String] {
        (self["metadata"]?["managedFields"]?.array ?? []).map { entry in
            let subresource = entry["subresource"]?.string.map { " \($0)" } ?? ""
            return "\(entry["manager"]?.string ?? "") \(entry["operation"]?.string ?? "")\(subresource)"
        }
    }
}

extension WatchEvent<JSONValue> {
    /// What happened to which object: `ADDED a`.
    var summary: String { "\(kind.rawValue) \(object.name)" }
}

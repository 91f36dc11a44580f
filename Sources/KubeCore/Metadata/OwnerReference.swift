// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A pointer from an object to one that owns it (`OwnerReference` of `meta/v1`).
public struct OwnerReference: Sendable, Hashable {
    /// Group and version of the owner.
    public var apiVersion: String
    /// Kind of the owner.
    public var kind: String
    /// Name of the owner, in the same namespace or of the whole cluster.
    public var name: String
    /// Identity of the owner.
    public var uid: String
    /// Whether the owner is the one that manages the object.
    public var isController: Bool
    /// Whether foreground deletion of the owner waits for this object.
    public var blocksOwnerDeletion: Bool

    /// Creates a reference.
    public init(
        apiVersion: String,
        kind: String,
        name: String,
        uid: String,
        isController: Bool = false,
        blocksOwnerDeletion: Bool = false
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isController = isController
        self.blocksOwnerDeletion = blocksOwnerDeletion
    }
}

extension OwnerReference: JSONReadable, JSONWritable {
    /// Reads a reference.
    ///
    /// - Throws: `FieldError` when a member is missing or of the wrong type.
    public init(json: JSONValue) throws(FieldError) {
        let path = FieldPath(keys: "metadata", "ownerReferences")
        guard let object = json.object else { throw FieldError(.typeInvalid, path, detail: "must be an object") }
        self.init(
            apiVersion: try object.requiredString("apiVersion", at: path),
            kind: try object.requiredString("kind", at: path),
            name: try object.requiredString("name", at: path),
            uid: try object.requiredString("uid", at: path),
            isController: object["controller"]?.bool ?? false,
            blocksOwnerDeletion: object["blockOwnerDeletion"]?.bool ?? false
        )
    }

    /// The reference; flags that are not set are left out.
    public var json: JSONValue {
        .members([
            "apiVersion": .string(apiVersion),
            "kind": .string(kind),
            "name": .string(name),
            "uid": .string(uid),
            "controller": isController ? true : nil,
            "blockOwnerDeletion": blocksOwnerDeletion ? true : nil,
        ])
    }
}

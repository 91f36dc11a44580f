// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

extension OwnerReference {
    /// A reference from a child to the object that it exists for.
    ///
    /// Deleting the owner takes the child along; it does not wait for it (`blockOwnerDeletion` is not set, which would
    /// also need a permission on the owner's finalizers).
    ///
    /// - Parameters:
    ///   - owner: The owner as the API server knows it, with its `uid`.
    ///   - type: The owner's kind.
    ///   - isController: Whether the owner manages the child; an object has one such owner at most.
    public init(to owner: ObjectMeta, of type: ResourceType, isController: Bool = true) {
        self.init(
            apiVersion: type.apiVersion,
            kind: type.kind,
            name: owner.name,
            uid: owner.uid,
            isController: isController
        )
    }
}

extension ObjectMeta {
    /// The reference to the object that manages this one; `nil` when there is none.
    public var controllerReference: OwnerReference? {
        ownerReferences.first { $0.isController }
    }

    /// Whether an incarnation of an object is among the owners; names alone prove nothing.
    public func isOwned(byUID uid: String) -> Bool {
        !uid.isEmpty && ownerReferences.contains { $0.uid == uid }
    }

    /// Whether this object may own one in a namespace.
    ///
    /// An owner in a namespace only owns in that namespace; the garbage collector takes any other reference for one to
    /// an object that does not exist, and deletes the child.
    public func canOwn(childrenIn namespace: String?) -> Bool {
        self.namespace == nil || self.namespace == namespace
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Deletes what lost its owners (`kube-controller-manager`, `pkg/controller/garbagecollector`).
///
/// It looks at keys and decides from what is stored, so that looking twice does no harm. An owner is looked up where
/// the reference says: by kind and name, in the dependent's namespace or in the cluster, and must have the identity
/// named. What cannot be looked up (an unknown kind, a namespaced owner of a cluster-wide object) keeps its dependents.
struct GarbageCollector: Sendable {
    private enum Owner {
        /// It is there.
        case solid
        /// It is being deleted and waits for this dependent.
        case waiting
        /// It is not there.
        case absent
    }

    private let handler: APIHandler

    /// Creates a collector.
    init(handler: APIHandler) {
        self.handler = handler
    }

    /// Looks at an object that has owners: deletes it when none is left, else cuts it loose from those that are gone.
    func processDependent(_ key: ObjectKey) {
        guard let object = handler.storage.object(key), !object.owners.isEmpty else { return }
        if object.isDeleting, !object.finalizers.contains(Finalizer.foregroundDeletion) { return }
        var solid = 0
        var gone: Set<String> = []
        var isAwaited = false
        for owner in object.owners {
            switch state(of: owner, for: object) {
            case .solid: solid += 1
            case .waiting:
                isAwaited = true
                gone.insert(owner.uid)
            case .absent: gone.insert(owner.uid)
            }
        }
        if gone.isEmpty { return }
        if solid > 0 {
            release(key, from: gone)
            return
        }
        let dependents = handler.storage.dependents(of: object.uid)
        handler.remove(object, propagation: propagation(for: object, isAwaited: isAwaited && !dependents.isEmpty))
    }

    /// Looks at an object in deletion that waits for its dependents.
    func processOwner(_ key: ObjectKey) {
        guard let owner = handler.storage.object(key), owner.isDeleting else { return }
        let dependents = handler.storage.dependents(of: owner.uid)
        if owner.finalizers.contains(Finalizer.orphan) {
            for dependent in dependents { release(dependent.key, from: [owner.uid]) }
            handler.removeFinalizer(Finalizer.orphan, from: key)
            return
        }
        guard owner.finalizers.contains(Finalizer.foregroundDeletion) else { return }
        let blocking = dependents.filter { dependent in
            dependent.owners.contains { $0.uid == owner.uid && $0.blocksOwnerDeletion }
        }
        if blocking.isEmpty {
            handler.removeFinalizer(Finalizer.foregroundDeletion, from: key)
        } else {
            handler.storage.addWork(blocking.filter { !$0.isDeleting }.map { .dependent($0.key) })
        }
    }

    private func propagation(for object: StoredObject, isAwaited: Bool) -> DeleteOptions.Propagation {
        if object.finalizers.contains(Finalizer.orphan) { return .orphan }
        if object.finalizers.contains(Finalizer.foregroundDeletion) || isAwaited { return .foreground }
        return .background
    }

    private func state(of owner: OwnerReference, for dependent: StoredObject) -> Owner {
        guard
            let definition = handler.registry.catalog.definition(apiVersion: owner.apiVersion, kind: owner.kind)
        else { return .solid }
        let isNamespaced = definition.type.isNamespaced
        if isNamespaced, dependent.key.namespace.isEmpty { return .solid }
        let key = ObjectKey(
            storageKey: definition.storageKey,
            namespace: isNamespaced ? dependent.key.namespace : "",
            name: owner.name
        )
        guard let object = handler.storage.object(key), UTF8Order.equal(object.uid, owner.uid) else { return .absent }
        let isWaiting = object.isDeleting && object.finalizers.contains(Finalizer.foregroundDeletion)
        return isWaiting && owner.blocksOwnerDeletion ? .waiting : .solid
    }

    private func release(_ key: ObjectKey, from uids: Set<String>) {
        handler.change(key) { value in
            var owners = value["metadata"]?["ownerReferences"]?.array ?? []
            owners.removeAll { uids.contains($0["uid"]?.string ?? "") }
            value["metadata", default: [:]]["ownerReferences"] = owners.isEmpty ? nil : .array(owners)
        }
    }
}

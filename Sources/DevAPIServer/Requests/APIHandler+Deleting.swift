// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension APIHandler {
    /// How a deletion went.
    enum Deletion: Sendable {
        /// The object is gone; its last state comes along.
        case gone(StoredObject)
        /// The object waits for its finalizers.
        case waiting(StoredObject)
    }

    /// Deletes one object.
    func delete(_ request: APIRequest, _ target: ResourceTarget) async throws(Status) -> APIResponse {
        let options = try DeleteOptions(request)
        var warnings = target.deprecationWarnings
        let name = target.name ?? ""
        let type = target.type
        try await admitDeletion(of: name, target, options, user: request.user, warnings: &warnings)
        switch try delete(name, target, options) {
        case .waiting(let object):
            return .object(
                code: 200,
                target.shown(object),
                definition: target.definition,
                warnings: warnings
            )
        case .gone(let object):
            var status = Status(code: 200, reason: "", message: "")
            status.name = name
            status.group = type.group
            status.kind = type.plural
            status.uid = object.uid
            return .status(status, warnings: warnings)
        }
    }

    /// Deletes the objects of a collection that are selected.
    func deleteCollection(_ request: APIRequest, _ target: ResourceTarget) async throws(Status) -> APIResponse {
        if target.definition.storageKey == roles.namespaces { throw .methodNotAllowed(target.type) }
        let options = try DeleteOptions(request)
        let selection = try ObjectSelection(definition: target.definition, query: request.query)
        let snapshot = storage.snapshot(target.definition.storageKey, namespace: target.namespace)
        var items: [JSONValue] = []
        var warnings = target.deprecationWarnings
        for object in snapshot.objects {
            guard let item = selection.shown(object) else { continue }
            do throws(Status) {
                let name = object.key.name
                try await admitDeletion(of: name, target, options, user: request.user, warnings: &warnings)
                _ = try delete(name, target, options)
            } catch {
                // Gone already is what was asked for.
                guard error.reason == "NotFound" else { throw error }
            }
            items.append(target.item(item))
        }
        let list: JSONValue = [
            "apiVersion": .string(target.type.apiVersion),
            "kind": .string(target.definition.listKind),
            "metadata": ["resourceVersion": .string(String(storage.revision))],
            "items": .array(items),
        ]
        return .object(code: 200, list, definition: target.definition, warnings: warnings)
    }

    /// Deletes one object, or marks it for deletion when finalizers hold it.
    ///
    /// - Throws: `Status` 404 when it is not there, 409 when it is not the one that was meant.
    func delete(_ name: String, _ target: ResourceTarget, _ options: DeleteOptions) throws(Status) -> Deletion {
        let key = target.key(name)
        try refuseProtected(key, target)
        while true {
            guard let live = storage.object(key) else { throw .notFound(target.type, name) }
            try checkPreconditions(options, live, target)
            let finalizers = finalizers(of: live, options)
            let isHeld = !finalizers.isEmpty || !KindRules.specFinalizers(live.value, roles: roles, key: key).isEmpty
            if isHeld, live.isDeleting, finalizers == live.finalizers { return .waiting(live) }
            if options.isDryRun { return isHeld ? .waiting(live) : .gone(live) }
            let value = isHeld ? marked(live, finalizers: finalizers) : nil
            let write = StorageState.Write(key: key, value: value, expectation: .revision(live.revision))
            switch storage.commit(write) {
            case .done(let object, _, _, _):
                afterWrite(of: key)
                return isHeld ? .waiting(object) : .gone(live)
            case .missing: throw .notFound(target.type, name)
            // Somebody wrote meanwhile; each round of this loop means that somebody else made progress.
            case .changed, .exists, .noNamespace, .namespaceTerminating: continue
            }
        }
    }

    /// The finalizers that an object has once deletion is asked for
    /// (`registry/generic/registry/store.go`, `deletionFinalizersForGarbageCollection`).
    private func finalizers(of live: StoredObject, _ options: DeleteOptions) -> [String] {
        var finalizers = live.finalizers
        if let propagation = options.propagation {
            finalizers.removeAll { $0 == Finalizer.foregroundDeletion || $0 == Finalizer.orphan }
            switch propagation {
            case .background: break
            case .foreground: finalizers.append(Finalizer.foregroundDeletion)
            case .orphan: finalizers.append(Finalizer.orphan)
            }
        }
        if live.key.storageKey == roles.definitions, !live.isDeleting,
            !finalizers.contains(Finalizer.customResourceCleanup)
        {
            finalizers.append(Finalizer.customResourceCleanup)
        }
        return finalizers
    }

    private func marked(_ live: StoredObject, finalizers: [String]) -> JSONValue {
        var value = live.value
        var metadata = value["metadata"]?.object ?? [:]
        if !live.isDeleting {
            metadata["deletionTimestamp"] = .string(timestamp())
            metadata["deletionGracePeriodSeconds"] = 0
            if let generation = metadata["generation"]?.integer, generation > 0 {
                metadata["generation"] = .integer(generation + 1)
            }
        }
        metadata["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers.map(JSONValue.string))
        value["metadata"] = .object(metadata)
        switch live.key.storageKey {
        case roles.namespaces: value["status", default: [:]]["phase"] = "Terminating"
        case roles.definitions: CustomResourceStatus.markTerminating(&value, now: timestamp())
        default: break
        }
        return value
    }

    private func checkPreconditions(
        _ options: DeleteOptions,
        _ live: StoredObject,
        _ target: ResourceTarget
    )
        throws(Status)
    {
        func conflict(_ detail: String) -> Status {
            var status = Status.conflict(target.type, live.key.name, detail)
            let kind = target.type.group.isEmpty ? target.type.kind : "\(target.type.kind).\(target.type.group)"
            status.message = "Operation cannot be fulfilled on \(kind) \"\(live.key.name)\": \(detail)"
            status.kind = target.type.kind
            return status
        }
        if let uid = options.uid, !UTF8Order.equal(uid, live.uid) {
            throw conflict(
                "the UID in the precondition (\(uid)) does not match the UID in record (\(live.uid)). The object might "
                    + "have been deleted and then recreated"
            )
        }
        if let version = options.resourceVersion, version != String(live.revision) {
            throw conflict(
                "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
                    + "(\(live.revision)). The object might have been modified"
            )
        }
    }

    private func refuseProtected(_ key: ObjectKey, _ target: ResourceTarget) throws(Status) {
        guard key.storageKey == roles.namespaces, ["default", "kube-system", "kube-public"].contains(key.name) else {
            return
        }
        throw .forbidden(target.type, key.name, "this namespace may not be deleted")
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension APIHandler {
    /// Answers with one object.
    func get(_ request: APIRequest, _ target: ResourceTarget) throws(Status) -> APIResponse {
        let name = target.name ?? ""
        let (object, current) = storage.objectAndRevision(target.key(name))
        if let revision = try ListOptions(request.query, isWatch: false).revision, revision > current {
            throw .tooLargeResourceVersion(revision, current: current)
        }
        guard let object else { throw .notFound(target.type, name) }
        return .object(
            code: 200,
            target.shown(object),
            definition: target.definition,
            warnings: target.deprecationWarnings
        )
    }

    /// Answers with the objects of a collection.
    func list(_ request: APIRequest, _ target: ResourceTarget) throws(Status) -> APIResponse {
        let options = try ListOptions(request.query, isWatch: false)
        let selection = try ObjectSelection(definition: target.definition, query: request.query, name: target.name)
        let (objects, revision) = try objects(target, options)
        var items: [JSONValue] = []
        var last: StoredObject?
        var remaining = 0
        for (index, object) in objects.enumerated() {
            if let token = options.token, !token.precedes(object.key) { continue }
            if let limit = options.limit, items.count >= limit {
                remaining = objects.count - index
                break
            }
            last = object
            if let item = selection.shown(object) { items.append(target.item(item)) }
        }
        var metadata: JSONObject = ["resourceVersion": .string(String(revision))]
        if remaining > 0, let last {
            let token = ContinueToken(revision: revision, namespace: last.key.namespace, name: last.key.name)
            metadata["continue"] = .string(token.text)
            if selection.showsEverything, selection.name == nil {
                metadata["remainingItemCount"] = .integer(Int64(remaining))
            }
        }
        let list: JSONValue = [
            "apiVersion": .string(target.type.apiVersion),
            "kind": .string(target.definition.listKind),
            "metadata": .object(metadata),
            "items": .array(items),
        ]
        return .object(code: 200, list, definition: target.definition, warnings: target.deprecationWarnings)
    }

    /// The objects that a list is made of, and the resource version at which they are what they are.
    private func objects(_ target: ResourceTarget, _ options: ListOptions) throws(Status) -> ([StoredObject], Int64) {
        let storageKey = target.definition.storageKey
        if let token = options.token {
            guard
                let objects = storage.objects(storageKey, namespace: target.namespace, at: token.revision),
                token.revision <= storage.revision
            else {
                throw .expired(
                    "The provided continue parameter is too old to display a consistent list result. You must start a "
                        + "new list without the continue parameter."
                )
            }
            return (objects, token.revision)
        }
        let snapshot = storage.snapshot(storageKey, namespace: target.namespace)
        guard let revision = options.revision, revision > 0 else { return (snapshot.objects, snapshot.revision) }
        if revision > snapshot.revision { throw .tooLargeResourceVersion(revision, current: snapshot.revision) }
        // A limit without a match means exactly this resource version, for historical reasons.
        guard options.match == .exact || (options.match == nil && options.limit != nil) else {
            return (snapshot.objects, snapshot.revision)
        }
        guard let objects = storage.objects(storageKey, namespace: target.namespace, at: revision) else {
            throw .expired("The resourceVersion for the provided list is too old.")
        }
        return (objects, revision)
    }

    /// Begins a watch.
    func watch(_ request: APIRequest, _ target: ResourceTarget) throws(Status) -> APIResponse {
        let options = try ListOptions(request.query, isWatch: true)
        let selection = try ObjectSelection(definition: target.definition, query: request.query, name: target.name)
        let storageKey = target.definition.storageKey
        let wantsState = options.sendsInitialEvents ?? ((options.revision ?? 0) == 0)
        let snapshot =
            wantsState
            ? storage.snapshot(storageKey, namespace: target.namespace) : storage.place(storageKey)
        if options.sendsInitialEvents == true, let revision = options.revision, revision > snapshot.revision {
            throw .tooLargeResourceVersion(revision, current: snapshot.revision)
        }
        var place = snapshot.revision
        if !wantsState, let revision = options.revision, revision > 0 { place = revision }
        if configuration.refusesExpiredWatches, place < snapshot.forgottenThrough {
            throw .tooOldResourceVersion(place, oldest: snapshot.forgottenThrough)
        }
        let start = WatchCursor.Start(
            scope: WatchWaiter.Scope(storageKey: storageKey, namespace: target.namespace, name: selection.name),
            selection: selection,
            initial: snapshot.objects,
            marksInitialEnd: options.sendsInitialEvents == true && options.wantsBookmarks,
            place: place,
            incarnation: snapshot.incarnation,
            epoch: snapshot.epoch,
            wantsBookmarks: options.wantsBookmarks,
            bookmarkInterval: configuration.bookmarkInterval,
            end: timing.elapsed() + (options.timeout ?? defaultWatchTime())
        )
        return .watch(
            WatchSubscription(WatchCursor(start, storage: storage, timing: timing)),
            definition: target.definition
        )
    }

    /// Between half an hour and an hour, so that watchers do not come back all at once (`--min-request-timeout`).
    private func defaultWatchTime() -> Duration {
        .seconds(1_800 + Int64(timing.random() % 1_800))
    }
}

extension ResourceTarget {
    /// An object as it stands within a list: built-in kinds leave out what the list says already, custom kinds do not.
    func item(_ object: JSONValue) -> JSONValue {
        guard definition.origin == .builtIn, var members = object.object else { return object }
        members["apiVersion"] = nil
        members["kind"] = nil
        return .object(members)
    }

    /// What to tell who uses a deprecated version.
    var deprecationWarnings: [String] {
        definition.deprecationWarning.map { [$0] } ?? []
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension APIHandler {
    /// Does the background work until cancelled: collects garbage, finishes deletions, times watches.
    ///
    /// Every watch ends when it returns.
    func run() async {
        reopen()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.runTimer() }
            group.addTask { await self.runCollector() }
            await group.waitForAll()
        }
        storage.endWatches(forGood: true)
    }

    /// Lets watches begin again that an earlier run ended; `run()` does so as well, and must follow.
    func reopen() {
        storage.reopen()
    }

    /// Wakes watches for bookmarks and time-outs.
    private func runTimer() async {
        while !Task.isCancelled {
            let next = storage.wakeWaiters(dueAt: timing.elapsed())
            await storage.timerSignal.wait(until: next, on: timing.timeline)
        }
    }

    /// Looks at whatever a deletion left behind.
    private func runCollector() async {
        // What was there before this began has not been looked at by anybody.
        while !Task.isCancelled {
            let work = storage.takeWork()
            if work.isEmpty {
                await storage.workSignal.wait()
                continue
            }
            for (index, item) in work.enumerated() {
                process(item)
                // A large clean-up must not keep requests waiting for long.
                if index % 64 == 63 { await Task.yield() }
            }
        }
    }

    /// Does one piece of work; for tests as well, which have no background.
    func process(_ item: LifecycleWork) {
        let collector = GarbageCollector(handler: self)
        switch item {
        case .dependent(let key): collector.processDependent(key)
        case .deleting(let key): collector.processOwner(key)
        case .namespace(let name): finishNamespace(name)
        case .definition(let name): finishDefinition(name)
        case .aggregation: RoleAggregation(handler: self).run()
        }
    }

    /// Deletes what is in a namespace, and then the namespace.
    private func finishNamespace(_ name: String) {
        let key = ObjectKey(storageKey: roles.namespaces, namespace: "", name: name)
        guard let namespace = storage.object(key), namespace.isDeleting else { return }
        var isEmpty = true
        for storageKey in storage.storageKeys where storageKey != roles.namespaces {
            let objects = storage.snapshot(storageKey, namespace: name).objects
            for object in objects {
                let isGone = remove(object, propagation: .background)
                isEmpty = isEmpty && isGone
            }
        }
        guard isEmpty else { return }
        change(key) { value in
            var finalizers = value["spec"]?["finalizers"]?.array ?? []
            finalizers.removeAll { $0.string == Finalizer.namespace }
            value["spec", default: [:]]["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers)
        }
    }

    /// Deletes the objects of a custom resource definition, and then the definition.
    private func finishDefinition(_ name: String) {
        let key = ObjectKey(storageKey: roles.definitions, namespace: "", name: name)
        guard let definition = storage.object(key), definition.isDeleting,
            definition.finalizers.contains(Finalizer.customResourceCleanup)
        else { return }
        var isEmpty = true
        for object in storage.snapshot(name, namespace: nil).objects {
            let isGone = remove(object, propagation: .background)
            isEmpty = isEmpty && isGone
        }
        guard isEmpty else { return }
        removeFinalizer(Finalizer.customResourceCleanup, from: key)
        storage.retireCollection(name)
    }

    // MARK: - Steps

    /// Deletes an object; whether it is gone.
    @discardableResult
    func remove(_ object: StoredObject, propagation: DeleteOptions.Propagation) -> Bool {
        guard let target = target(of: object.key) else { return false }
        do throws(Status) {
            switch try delete(object.key.name, target, DeleteOptions(uid: object.uid, propagation: propagation)) {
            case .gone: return true
            case .waiting: return false
            }
        } catch {
            // Not there any more, or another one of that name: this one is gone.
            return error.reason == "NotFound" || error.reason == "Conflict"
        }
    }

    /// Takes a finalizer off an object, which goes with its last one.
    func removeFinalizer(_ finalizer: String, from key: ObjectKey) {
        change(key) { value in
            var finalizers = value["metadata"]?["finalizers"]?.array ?? []
            finalizers.removeAll { $0.string == finalizer }
            value["metadata", default: [:]]["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers)
        }
    }

    /// Changes an object as the server's own controllers do; in deletion and released, it goes.
    func change(_ key: ObjectKey, _ body: (inout JSONValue) -> Void) {
        while let live = storage.object(key) {
            var value = live.value
            body(&value)
            if value == live.value { return }
            let isGone = live.isDeleting && KindRules.isReleased(value, roles: roles, key: key)
            let write = StorageState.Write(
                key: key,
                value: isGone ? nil : value,
                expectation: .revision(live.revision)
            )
            if case .changed = storage.commit(write) { continue }
            afterWrite(of: key)
            return
        }
    }

    /// How to address a stored object.
    func target(of key: ObjectKey) -> ResourceTarget? {
        let catalog = registry.catalog
        guard let definition = catalog.definitions.first(where: { $0.storageKey == key.storageKey }) else { return nil }
        return ResourceTarget(
            definition: definition,
            stored: catalog.stored(definition),
            namespace: definition.type.isNamespaced ? key.namespace : nil,
            name: key.name
        )
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import HashTreeCollections
import KubeCore

/// The content of a store and how events change it, as a value.
///
/// Reading the collection anew fills `incoming` beside the present content; `synced` puts it in place in one step.
/// Objects whose version did not change are shared by both, so that a relist does not double the memory.
struct ObjectStoreStateMachine<Object: Sendable>: Sendable {
    typealias Snapshot = ObjectSnapshot<Object>
    typealias Change = ObjectChange<Object>

    /// A write of this process that the watch has not shown yet.
    private struct PendingWrite: Sendable {
        var resourceVersion: String
        var skipped = 0
    }

    private struct Incoming: Sendable {
        var slots = TreeDictionary<NamespacedName, Snapshot.Slot>()
        var failures: [NamespacedName: Snapshot.Unreadable] = [:]
    }

    /// After so many events that cannot be ordered against a pending write, the watch is believed.
    private static var maximumSkipped: Int { 16 }
    /// So many deletions are remembered, to tell a late answer to a write from news.
    private static var rememberedDeletions: Int { 1_024 }

    private let indexes: [ObjectIndex<Object>]
    private(set) var snapshot: Snapshot
    private(set) var isSynced = false
    private var incoming: Incoming?
    private var pending: [NamespacedName: PendingWrite] = [:]
    private var deletions: Deque<(key: NamespacedName, resourceVersion: String)> = []

    init(indexes: [ObjectIndex<Object>]) {
        self.indexes = indexes
        snapshot = Snapshot(indexNames: indexes.map(\.name))
    }

    /// Takes an event of the watcher.
    ///
    /// - Returns: What changed, and whether the store is now complete for the first time.
    mutating func receive(_ event: WatcherEvent<Object>) -> (changes: [Change], becameSynced: Bool) {
        switch event {
        case .restarted:
            incoming = Incoming()
            return ([], false)
        case .listed(let items):
            for item in items { list(item) }
            return ([], false)
        case .synced(let version):
            let changes = replace(at: version)
            defer { isSynced = true }
            return (changes, !isSynced)
        case .applied(let object):
            return (apply(object).map { [$0] } ?? [], false)
        case .deleted(let key, let version):
            return (delete(key, version: version).map { [$0] } ?? [], false)
        }
    }
}

// MARK: - Reading anew

extension ObjectStoreStateMachine {
    private mutating func list(_ item: Observed<Object>) {
        let known = snapshot.slots[item.key]
        switch item.content {
        case .success(let object):
            let isSame = known.map { $0.resourceVersion.utf8.elementsEqual(item.resourceVersion.utf8) } ?? false
            let slot = Snapshot.Slot(resourceVersion: item.resourceVersion, object: object)
            incoming?.slots[item.key] = isSame ? known : slot
            incoming?.failures[item.key] = nil
        case .failure(let failure):
            incoming?.failures[item.key] = Snapshot.Unreadable(
                resourceVersion: item.resourceVersion,
                failure: failure
            )
            incoming?.slots[item.key] = known
        }
    }

    private mutating func replace(at version: String) -> [Change] {
        guard let incoming else { return [] }
        self.incoming = nil
        var changes: [Change] = []
        var slots = incoming.slots
        settlePending(at: version, in: &slots)
        for (key, slot) in slots {
            let old = snapshot.slots[key]
            let isSame = old.map { $0.resourceVersion.utf8.elementsEqual(slot.resourceVersion.utf8) } ?? false
            let failure = incoming.failures[key]
            if isSame, failure?.resourceVersion == snapshot.failures[key]?.resourceVersion { continue }
            if !isSame { reindex(key, from: old?.object, to: slot.object) }
            changes.append(
                Change(key: key, old: old?.object, new: slot.object, failure: failure?.failure, origin: .list)
            )
        }
        for (key, old) in snapshot.slots where slots[key] == nil {
            reindex(key, from: old.object, to: nil)
            changes.append(Change(key: key, old: old.object, new: nil, origin: .list))
        }
        for (key, unreadable) in incoming.failures where slots[key] == nil {
            guard unreadable.resourceVersion != snapshot.failures[key]?.resourceVersion else { continue }
            changes.append(Change(key: key, old: nil, new: nil, failure: unreadable.failure, origin: .list))
        }
        for key in snapshot.failures.keys where incoming.failures[key] == nil && slots[key] == nil {
            if snapshot.slots[key] == nil { changes.append(Change(key: key, old: nil, new: nil, origin: .list)) }
        }
        snapshot.slots = slots
        snapshot.failures = incoming.failures
        return changes
    }

    /// Keeps the writes that are newer than the list; the watch from the list's version shows all others.
    private mutating func settlePending(
        at version: String,
        in slots: inout TreeDictionary<NamespacedName, Snapshot.Slot>
    ) {
        for (key, write) in pending {
            guard ResourceVersionOrder.compare(write.resourceVersion, version) == .newer,
                let slot = snapshot.slots[key]
            else {
                pending[key] = nil
                continue
            }
            slots[key] = slot
        }
    }
}

// MARK: - Watching

extension ObjectStoreStateMachine {
    private mutating func apply(_ object: Observed<Object>) -> Change? {
        guard acceptsApplied(object) else { return nil }
        let old = snapshot.slots[object.key]
        switch object.content {
        case .success(let new):
            let hadFailure = snapshot.failures.removeValue(forKey: object.key) != nil
            if let old, old.resourceVersion.utf8.elementsEqual(object.resourceVersion.utf8), !hadFailure { return nil }
            put(object.key, object.resourceVersion, new, over: old)
            return Change(key: object.key, old: old?.object, new: new, origin: .watch)
        case .failure(let failure):
            let unreadable = Snapshot.Unreadable(resourceVersion: object.resourceVersion, failure: failure)
            let known = snapshot.failures.updateValue(unreadable, forKey: object.key)
            if let known, known.resourceVersion.utf8.elementsEqual(object.resourceVersion.utf8) { return nil }
            return Change(key: object.key, old: old?.object, new: old?.object, failure: failure, origin: .watch)
        }
    }

    private mutating func delete(_ key: NamespacedName, version: String) -> Change? {
        if let write = pending[key] {
            // The end of an earlier incarnation, seen late: what was written since is there.
            if ResourceVersionOrder.compare(version, write.resourceVersion) == .older { return nil }
            pending[key] = nil
        }
        remember(deletionOf: key, version: version)
        // While the collection is read anew, the list may have brought the object already.
        incoming?.slots[key] = nil
        incoming?.failures[key] = nil
        let hadFailure = snapshot.failures.removeValue(forKey: key) != nil
        guard let old = snapshot.slots.removeValue(forKey: key) else {
            return hadFailure ? Change(key: key, old: nil, new: nil, origin: .watch) : nil
        }
        reindex(key, from: old.object, to: nil)
        return Change(key: key, old: old.object, new: nil, origin: .watch)
    }

    /// Whether an event is news, given what this process wrote itself.
    private mutating func acceptsApplied(_ object: Observed<Object>) -> Bool {
        guard let write = pending[object.key] else { return true }
        switch ResourceVersionOrder.compare(object.resourceVersion, write.resourceVersion) {
        case .older:
            return false
        case .equal, .newer:
            pending[object.key] = nil
            return true
        case .unknown:
            pending[object.key]?.skipped += 1
            guard write.skipped + 1 >= Self.maximumSkipped else { return false }
            pending[object.key] = nil
            return true
        }
    }

    private mutating func remember(deletionOf key: NamespacedName, version: String) {
        if deletions.count >= Self.rememberedDeletions { deletions.removeFirst() }
        deletions.append((key, version))
    }

    private mutating func put(
        _ key: NamespacedName,
        _ version: String,
        _ object: Object,
        over old: Snapshot.Slot?
    ) {
        snapshot.slots[key] = Snapshot.Slot(resourceVersion: version, object: object)
        reindex(key, from: old?.object, to: object)
    }

    private mutating func reindex(_ key: NamespacedName, from old: Object?, to new: Object?) {
        for (position, index) in indexes.enumerated() {
            let before = old.map { index.values(key, $0) } ?? []
            let after = new.map { index.values(key, $0) } ?? []
            if before == after { continue }
            for value in before where !after.contains(value) {
                snapshot.buckets[position][value]?.remove(key)
                if snapshot.buckets[position][value]?.isEmpty == true { snapshot.buckets[position][value] = nil }
            }
            for value in after where !before.contains(value) {
                snapshot.buckets[position][value, default: []].insert(key)
            }
        }
    }
}

// MARK: - Own writes

extension ObjectStoreStateMachine {
    /// Takes what the API server returned to a write of this process.
    ///
    /// It is put in place when it is certain to be newer than what is known, and then stays until the watch shows it
    /// or something newer. When that is not certain, the watch will tell.
    mutating func observeWrite(_ written: Observed<Object>) {
        guard case .success(let object) = written.content else { return }
        if let earlier = pending[written.key],
            ResourceVersionOrder.compare(written.resourceVersion, earlier.resourceVersion) != .newer
        {
            return
        }
        let old = snapshot.slots[written.key]
        if let old {
            guard ResourceVersionOrder.compare(old.resourceVersion, written.resourceVersion) == .older else { return }
        } else if wasDeleted(written.key, since: written.resourceVersion) {
            return
        }
        put(written.key, written.resourceVersion, object, over: old)
        snapshot.failures[written.key] = nil
        pending[written.key] = PendingWrite(resourceVersion: written.resourceVersion)
    }

    private func wasDeleted(_ key: NamespacedName, since version: String) -> Bool {
        deletions.contains { deletion in
            deletion.key == key && ResourceVersionOrder.compare(deletion.resourceVersion, version) != .older
        }
    }
}

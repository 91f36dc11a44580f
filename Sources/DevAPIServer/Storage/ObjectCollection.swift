// Grantor
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import KubeCore

/// All objects of one storage key, and the latest changes to them.
///
/// Objects are kept in sorted arrays, one per namespace: a lookup is a binary search, a list is a copy of references,
/// and an insertion moves a few kilobytes. The history is a ring; what falls out of it can no longer be watched.
struct ObjectCollection: Sendable {
    /// Distinguishes this collection from one of the same key before or after it.
    let incarnation: Int
    /// Whether nothing comes any more, because the kind is gone.
    var isRetired = false
    /// Resource versions up to here can no longer be watched or listed exactly.
    private(set) var forgottenThrough: Int64
    /// The resource version of the latest change.
    private(set) var latestRevision: Int64
    /// The number of objects.
    private(set) var count = 0

    private var namespaces: [String: [StoredObject]] = [:]
    private var history: Deque<HistoryEntry> = []
    private var unsweptChanges = 0

    /// Changes this much older than the newest give their encoded lines up.
    private static let encodedTail = 256

    /// Creates an empty collection at a resource version.
    init(incarnation: Int, revision: Int64) {
        self.incarnation = incarnation
        forgottenThrough = revision
        latestRevision = revision
    }

    /// The object of that name.
    func object(namespace: String, name: String) -> StoredObject? {
        guard let objects = namespaces[namespace] else { return nil }
        let (index, found) = Self.position(of: name, in: objects)
        return found ? objects[index] : nil
    }

    /// All objects of one namespace, or of all; sorted by namespace and name.
    func objects(namespace: String?) -> [StoredObject] {
        if let namespace { return namespaces[namespace] ?? [] }
        if namespaces.count == 1, let only = namespaces.first { return only.value }
        var all: [StoredObject] = []
        all.reserveCapacity(count)
        for name in namespaces.keys.sorted(by: { UTF8Order.compare($0, $1) < 0 }) {
            all.append(contentsOf: namespaces[name] ?? [])
        }
        return all
    }

    /// The objects as they were at a resource version; `nil` when the history does not reach back to it.
    func objects(namespace: String?, at revision: Int64) -> [StoredObject]? {
        if revision >= latestRevision { return objects(namespace: namespace) }
        if revision < forgottenThrough { return nil }
        var then: [String: [StoredObject]] = namespaces
        for entry in history.reversed() {
            if entry.revision <= revision { break }
            Self.undo(entry, in: &then)
        }
        if let namespace { return then[namespace] ?? [] }
        return then.sorted { UTF8Order.compare($0.key, $1.key) < 0 }.flatMap(\.value)
    }

    /// At most so many changes after a resource version; `nil` when some of them are forgotten.
    func changes(after revision: Int64, limit: Int) -> [HistoryEntry]? {
        if revision < forgottenThrough { return nil }
        if revision >= latestRevision { return [] }
        var low = 0
        var high = history.count
        while low < high {
            let middle = (low + high) / 2
            if history[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return Array(history[low..<min(history.count, low + limit)])
    }

    /// Takes a change in.
    mutating func apply(_ entry: HistoryEntry, capacity: Int) {
        let key = entry.object.key
        let (index, found) = Self.position(of: key.name, in: namespaces[key.namespace] ?? [])
        switch (entry.kind, found) {
        case (.deleted, true):
            namespaces[key.namespace]?.remove(at: index)
            if namespaces[key.namespace]?.isEmpty == true { namespaces[key.namespace] = nil }
            count -= 1
        case (.deleted, false): break
        case (_, true): namespaces[key.namespace]?[index] = entry.object
        case (_, false):
            namespaces[key.namespace, default: []].insert(entry.object, at: index)
            count += 1
        }
        latestRevision = entry.revision
        unsweptChanges += 1
        history.append(entry)
        if history.count > Self.encodedTail { history[history.count - Self.encodedTail - 1].dropLines() }
        while history.count > capacity, let dropped = history.popFirst() {
            forgottenThrough = dropped.revision
        }
    }

    /// Whether it is time to wake every watcher, so that those whom no change concerned do not fall out of the history.
    mutating func takeSweep(capacity: Int) -> Bool {
        guard unsweptChanges >= max(1, capacity / 4) else { return false }
        unsweptChanges = 0
        return true
    }

    /// Forgets all changes.
    mutating func forget(through revision: Int64) {
        history = []
        forgottenThrough = revision
        latestRevision = max(latestRevision, revision)
    }

    private static func undo(_ entry: HistoryEntry, in namespaces: inout [String: [StoredObject]]) {
        let key = entry.object.key
        let (index, found) = position(of: key.name, in: namespaces[key.namespace] ?? [])
        switch (entry.previous, found) {
        case (let previous?, true): namespaces[key.namespace]?[index] = previous
        case (let previous?, false): namespaces[key.namespace, default: []].insert(previous, at: index)
        case (nil, true): namespaces[key.namespace]?.remove(at: index)
        case (nil, false): break
        }
    }

    private static func position(of name: String, in objects: [StoredObject]) -> (index: Int, found: Bool) {
        var low = 0
        var high = objects.count
        while low < high {
            let middle = (low + high) / 2
            let order = UTF8Order.compare(objects[middle].key.name, name)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }
}

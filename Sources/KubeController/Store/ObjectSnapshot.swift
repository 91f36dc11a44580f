// Grantor
// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
public import KubeCore

/// The content of a store at one moment.
///
/// Taking one costs nothing: store and snapshots share their parts, and the store copies only what it changes.
public struct ObjectSnapshot<Object: Sendable>: Sendable {
    struct Slot: Sendable {
        var resourceVersion: String
        var object: Object
    }

    struct Unreadable: Sendable {
        var resourceVersion: String
        var failure: DecodingFailure
    }

    typealias Buckets = TreeDictionary<String, TreeSet<NamespacedName>>

    var slots = TreeDictionary<NamespacedName, Slot>()
    var buckets: [Buckets]
    var failures: [NamespacedName: Unreadable] = [:]
    let indexNames: [String]

    init(indexNames: [String]) {
        self.indexNames = indexNames
        buckets = Array(repeating: Buckets(), count: indexNames.count)
    }

    /// The number of objects that could be read.
    public var count: Int { slots.count }

    /// An object; `nil` when it is not there.
    public subscript(_ key: NamespacedName) -> Object? {
        slots[key]?.object
    }

    /// The version of an object; `nil` when it is not there.
    public func resourceVersion(of key: NamespacedName) -> String? {
        slots[key]?.resourceVersion
    }

    /// The names of all objects, in no particular order.
    public var keys: [NamespacedName] {
        Array(slots.keys)
    }

    /// Calls a closure with each object, in no particular order.
    public func forEach<Failure: Error>(
        _ body: (NamespacedName, Object) throws(Failure) -> Void
    ) throws(Failure) {
        for (key, slot) in slots { try body(key, slot.object) }
    }

    /// The names of the objects under a value of an index, in no particular order.
    public func keys(in index: String, under value: String) -> [NamespacedName] {
        guard let position = indexNames.firstIndex(of: index) else { return [] }
        return buckets[position][value].map(Array.init) ?? []
    }

    /// The objects under a value of an index, in no particular order.
    public func objects(in index: String, under value: String) -> [(key: NamespacedName, object: Object)] {
        guard let position = indexNames.firstIndex(of: index), let bucket = buckets[position][value] else { return [] }
        return bucket.compactMap { key in slots[key].map { (key, $0.object) } }
    }

    /// The objects that are there but cannot be read, and why.
    public var undecodable: [NamespacedName: DecodingFailure] {
        failures.mapValues(\.failure)
    }
}

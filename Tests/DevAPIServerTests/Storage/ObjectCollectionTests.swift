// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct ObjectCollectionTests {
    /// Numbers that are the same in every run (SplitMix64).
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private func object(_ namespace: String, _ name: String, _ revision: Int64) -> StoredObject {
        StoredObject(
            key: ObjectKey(storageKey: "things", namespace: namespace, name: name),
            revision: revision,
            value: ["metadata": ["name": .string(name), "uid": .string("\(namespace)/\(name)/\(revision)")]]
        )
    }

    @Test(arguments: 1...5)
    func `it behaves as a dictionary that remembers every state`(_ seed: UInt64) {
        var random = Seeded(state: seed)
        var collection = ObjectCollection(incarnation: 1, revision: 0)
        var model: [String: Int64] = [:]
        var past: [[String: Int64]] = [model]
        for revision in 1...300 as ClosedRange<Int64> {
            let namespace = ["a", "b", "c"].randomElement(using: &random) ?? "a"
            let name = "n\(Int.random(in: 0..<12, using: &random))"
            let previous = collection.object(namespace: namespace, name: name)
            #expect(previous?.revision == model["\(namespace)/\(name)"])
            let removes = previous != nil && Bool.random(using: &random)
            let entry = HistoryEntry(
                kind: removes ? .deleted : previous == nil ? .added : .modified,
                object: object(namespace, name, revision),
                previous: previous
            )
            collection.apply(entry, capacity: 100)
            model["\(namespace)/\(name)"] = removes ? nil : revision
            past.append(model)
        }
        #expect(collection.count == model.count)
        for revision in 0...300 as ClosedRange<Int64> {
            let objects = collection.objects(namespace: nil, at: revision)
            if revision < 200 {
                #expect(objects == nil)
                continue
            }
            let found = (objects ?? []).map { ("\($0.key.namespace)/\($0.key.name)", $0.revision) }
            #expect(Dictionary(uniqueKeysWithValues: found) == past[Int(revision)])
            let keys = (objects ?? []).map { NamespacedName(namespace: $0.key.namespace, name: $0.key.name) }
            #expect(keys == keys.sorted())
            let changes = collection.changes(after: revision, limit: 1_000)
            #expect(changes?.map(\.revision) == Array(revision..<300).map { $0 + 1 })
        }
        #expect(collection.changes(after: 250, limit: 3)?.map(\.revision) == [251, 252, 253])
        collection.forget(through: 301)
        #expect(collection.changes(after: 300, limit: 1) == nil)
        #expect(collection.changes(after: 301, limit: 1)?.isEmpty == true)
    }
}

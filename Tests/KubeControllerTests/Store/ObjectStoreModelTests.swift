// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import KubeController

/// The store against a server that is drawn at random: what the changes tell is what the store holds.
struct ObjectStoreModelTests {
    /// A collection whose changes reach the store in order, sometimes twice, and sometimes by a list instead.
    private struct World {
        var objects: [String: Observed<String>] = [:]
        var version = 0
        var queued: [WatcherEvent<String>] = []
        /// What somebody believes who follows the changes alone.
        var mirror: [NamespacedName: String] = [:]
        let store = ObjectStore<String>(
            indexes: [ObjectIndex("initial") { _, object in object.first.map { [String($0)] } ?? [] }]
        )

        mutating func change(_ name: String, to value: String?) {
            version += 1
            if let value {
                let written = object(name, String(version), value)
                objects[name] = written
                queued.append(.applied(written))
            } else if objects.removeValue(forKey: name) != nil {
                queued.append(.deleted(key(name), resourceVersion: String(version)))
            }
        }

        mutating func deliver(repeating: Bool) {
            guard !queued.isEmpty else { return }
            let event = queued.removeFirst()
            follow(store.receive(event))
            if repeating { #expect(store.receive(event).isEmpty) }
        }

        mutating func relist(pages: Int) {
            queued = []
            follow(store.receive(.restarted))
            let all = objects.values.shuffled()
            let size = max(1, (all.count + pages - 1) / pages)
            for start in stride(from: 0, to: all.count, by: size) {
                follow(store.receive(.listed(Array(all[start..<min(start + size, all.count)]))))
            }
            follow(store.receive(.synced(resourceVersion: String(version))))
        }

        private mutating func follow(_ changes: [ObjectChange<String>]) {
            for change in changes {
                #expect(change.old == mirror[change.key])
                #expect(change.old != nil || change.new != nil)
                mirror[change.key] = change.new
            }
        }

        func check() {
            #expect(store.snapshot.count == mirror.count)
            for (key, value) in mirror { #expect(store[key] == value) }
            for initial in ["a", "b", "c"] {
                let expected = Set(mirror.filter { $0.value.hasPrefix(initial) }.map(\.key))
                #expect(Set(store.keys(in: "initial", under: initial)) == expected)
            }
        }
    }

    @Test(arguments: 0..<20)
    func `who follows the changes knows what the store holds`(_ round: Int) {
        var generator = SystemRandomNumberGenerator()
        var world = World()
        world.relist(pages: 1)
        for _ in 0..<400 {
            let name = "n\(Int.random(in: 0..<6, using: &generator))"
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<3:
                let initial = ["a", "b", "c"].randomElement(using: &generator) ?? "a"
                world.change(name, to: "\(initial)\(Int.random(in: 0..<3, using: &generator))")
            case 3: world.change(name, to: nil)
            case 4: world.relist(pages: Int.random(in: 1...3, using: &generator))
            default: world.deliver(repeating: Bool.random(using: &generator))
            }
            world.check()
        }
        world.relist(pages: 2)
        #expect(Set(world.mirror.keys) == Set(world.objects.keys.map { key($0) }))
        world.check()
    }
}

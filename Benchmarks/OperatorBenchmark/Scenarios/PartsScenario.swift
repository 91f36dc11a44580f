// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KubeController
import KubeCore

/// The parts that everything goes through, in plain timed loops.
struct PartsScenario {
    /// How many objects each loop is about.
    let count: Int

    /// Measures reading and writing JSON, a store that is replaced, and a queue.
    func run() async throws -> [Figure] {
        let objects = (0..<count).map { index in
            Instances(count: count, keysURL: "https://idp.example.com/.well-known/jwks.json").object(index)
        }
        let lines = objects.map { JSONValue.object(["type": "ADDED", "object": $0]).jsonBytes }
        let bytes = Double(lines.reduce(0) { $0 + $1.count })
        let parsing = try Self.time { for line in lines { _ = try JSONValue(parsing: line) } }
        let writing = Self.time { for object in objects { _ = object.jsonBytes } }
        return [
            Figure(id: "parts.parse", title: "watch events read", value: bytes / 1e6 / parsing, unit: "MB/s"),
            Figure(id: "parts.write", title: "objects written", value: bytes / 1e6 / writing, unit: "MB/s"),
            Figure(id: "parts.store", title: "store replaced", value: store(), unit: "us/object"),
            Figure(id: "parts.queue", title: "queue: add, take, done", value: await queue(), unit: "us/key"),
        ]
    }

    private func store() -> Double {
        let observed = (0..<count).map { index in
            let key = NamespacedName(namespace: "team-\(index % 20)", name: "influxdb-\(index)")
            return Observed(key: key, resourceVersion: "\(index + 1)", index)
        }
        let store = ObjectStore<Int>()
        let rounds = 5
        let elapsed = Self.time {
            for round in 1...rounds {
                _ = store.receive(.restarted)
                for start in stride(from: 0, to: count, by: 500) {
                    _ = store.receive(.listed(Array(observed[start..<min(start + 500, count)])))
                }
                _ = store.receive(.synced(resourceVersion: "\(count + round)"))
            }
        }
        return elapsed * 1e6 / Double(count * rounds)
    }

    private func queue() async -> Double {
        let queue = WorkQueue<NamespacedName>(name: "bench")
        let keys = (0..<count).map { NamespacedName(namespace: "team-\($0 % 20)", name: "influxdb-\($0)") }
        let started = ContinuousClock.now
        for key in keys { queue.add(key) }
        for _ in keys {
            guard let item = await queue.next() else { break }
            queue.done(item.key)
        }
        return (ContinuousClock.now - started).seconds * 1e6 / Double(count)
    }

    private static func time(_ body: () throws -> Void) rethrows -> Double {
        let started = ContinuousClock.now
        try body()
        return (ContinuousClock.now - started).seconds
    }
}

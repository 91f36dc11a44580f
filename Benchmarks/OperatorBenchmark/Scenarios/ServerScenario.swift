// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Synchronization

/// The development API server alone, on one core.
struct ServerScenario {
    /// Where to run.
    let site: World.Site
    /// How many objects are created.
    let objects: Int
    /// How many watches are open.
    let watchers: Int

    /// Measures writing, and the spreading of events.
    func run() async throws -> [Figure] {
        try await World.with(site, placement: .firstCore) { world in
            _ = try await world.client.create(.namespaces, ["metadata": ["name": "bench"]])
            // What is slow once, such as making connections, is not what is measured.
            _ = try await create(objects / 10, "warm-up", world)
            let before = try world.serverTime()
            let elapsed = try await create(objects, "object", world)
            let used = try world.serverTime() - before
            let figures = [
                Figure(
                    id: "server.creates",
                    title: "API server: creates, by the clock",
                    value: Double(objects) / elapsed.seconds,
                    unit: "1/s"
                ),
                Figure(
                    id: "server.creates.core",
                    title: "API server: creates a second of one core",
                    value: Double(objects) / used.seconds,
                    unit: "1/s"
                ),
            ]
            return try await figures + watch(world)
        }
    }

    private func create(_ count: Int, _ prefix: String, _ world: World) async throws -> Duration {
        try await ParallelWriter.run(count: count, concurrency: 32) { index in
            _ = try await world.client.create(.configMaps, Self.object("\(prefix)-\(index)"))
        }
    }

    private static func object(_ name: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": "bench", "labels": ["app": "bench"]],
            "data": ["key": "a value of some length, as they are"],
        ]
    }

    /// All watchers see every object; how long until the last one does.
    private func watch(_ world: World) async throws -> [Figure] {
        let version = try await world.resourceVersion()
        let rounds = 40
        let seen = Sightings()
        let delays = try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<watchers {
                group.addTask {
                    let options = WatchOptions(resourceVersion: String(version))
                    for try await event in world.client.watch(.configMaps, namespace: "bench", options: options) {
                        let now = ContinuousClock.now
                        guard let name = event.object["metadata"]?["name"]?.string else { continue }
                        seen.add(name, at: now)
                    }
                }
            }
            // All watches are open once all have seen one object.
            _ = try await create(1, "first", world)
            try await waitUntil(seen, "first-0")
            var delays: [Double] = []
            for round in 0..<rounds {
                let started = ContinuousClock.now
                _ = try await world.client.create(.configMaps, Self.object("seen-\(round)"))
                let last = try await waitUntil(seen, "seen-\(round)")
                delays.append((last - started).milliseconds)
            }
            group.cancelAll()
            return delays
        }
        let title = "API server: a write until the last of \(watchers) watchers saw it"
        return [
            Figure(id: "server.watchers.p50", title: "\(title), p50", value: Distribution(delays).median, unit: "ms")
        ]
    }

    @discardableResult
    private func waitUntil(_ seen: Sightings, _ name: String) async throws -> ContinuousClock.Instant {
        let started = ContinuousClock.now
        while true {
            let (count, last) = seen[name]
            if let last, count >= watchers { return last }
            guard ContinuousClock.now - started < .seconds(30) else {
                throw Child.Failure(description: "cannot go on: \(count) of \(watchers) watchers saw \(name) in 30 s")
            }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

/// How many watchers saw each object, and when the last of them did.
private final class Sightings: Sendable {
    private let seen = Mutex<[String: (count: Int, last: ContinuousClock.Instant?)]>([:])

    subscript(_ name: String) -> (count: Int, last: ContinuousClock.Instant?) {
        seen.withLock { $0[name] ?? (0, nil) }
    }

    func add(_ name: String, at moment: ContinuousClock.Instant) {
        seen.withLock { $0[name] = (($0[name]?.count ?? 0) + 1, moment) }
    }
}

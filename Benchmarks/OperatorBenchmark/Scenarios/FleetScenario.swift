// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore

/// A fleet of AppInstances from cold, again with nothing to do, and while they change.
struct FleetScenario {
    /// Where to run.
    let site: World.Site
    /// How many AppInstances.
    let count: Int
    /// How often the cold start and its counterpart, the plain writer, are measured.
    let rounds: Int
    /// How many changes are measured.
    let changes: Int

    private struct Cold: Sendable {
        var outcome: Settling.Outcome
        var usage: ProcessUsage
        var serverTime: Duration
        var plain: Plain
    }

    /// How fast a plain parallel writer was, in writes a second.
    private struct Plain: Sendable {
        /// Creating the objects.
        var creates: Double
        /// Creating them and applying the statuses.
        var writes: Double
        var serverTime: Duration
    }

    /// Measures all of it.
    func run() async throws -> [Figure] {
        var colds: [Cold] = []
        var rest: [Figure] = []
        for round in 1...rounds {
            let isLast = round == rounds
            let (cold, objects, figures) = try await World.with(site) { world in
                let cold = try await coldStart(world)
                let objects = try await children(world)
                return (cold, objects, isLast ? try await restart(world) + change(world) : [])
            }
            rest = figures
            let plain = try await World.with(site) { try await plainWriter($0, objects) }
            colds.append(Cold(outcome: cold.0, usage: cold.1, serverTime: cold.2, plain: plain))
        }
        return summary(colds) + rest
    }

    private var instances: Instances { Instances(count: count, keysURL: site.keysURL) }

    private func summary(_ colds: [Cold]) -> [Figure] {
        let title = "\(count) x \(instances.users) from cold"
        func median(_ id: String, _ title: String, _ unit: String, _ value: (Cold) -> Double) -> Figure {
            Figure(id: id, title: title, value: Distribution(colds.map(value)).median, unit: unit)
        }
        return [
            median("cold.time", title, "s") { $0.outcome.elapsed.seconds },
            median("cold.writes", "\(title): writes in all", "") { Double($0.outcome.writes) },
            median("cold.rate", "\(title): writes", "1/s", \.outcome.rate),
            median("cold.plain", "plain parallel writer creating the same objects", "1/s", \.plain.creates),
            median("cold.plain.writes", "the same, and applying the statuses", "1/s", \.plain.writes),
            median("cold.ratio", "operator to plain creation", "%") { $0.outcome.rate / $0.plain.creates * 100 },
            median("cold.ratio.writes", "operator to the same plain writes", "%") {
                $0.outcome.rate / $0.plain.writes * 100
            },
            median("cold.memory", "resident memory, \(count) x \(instances.users)", "MiB", \.usage.residentMiB),
            median("cold.cpu", "\(title): processor time of the operator", "s", \.usage.processorTime.seconds),
            median("cold.cpu.server", "\(title): of the API server", "s", \.serverTime.seconds),
            median("cold.cpu.plain", "plain parallel writer: of the API server", "s", \.plain.serverTime.seconds),
        ]
    }

    private func coldStart(_ world: World) async throws -> (Settling.Outcome, ProcessUsage, Duration) {
        try await instances.create(in: world)
        let version = try await world.resourceVersion()
        let before = try world.serverTime()
        return try await world.withOperator { child in
            let outcome = try await Settling.writes(
                of: child,
                in: world,
                since: version,
                // An AdminAccess with its status, and the grants.
                atLeast: count * (2 + instances.users)
            )
            let serverTime = try world.serverTime() - before
            try await Settling.verify(instances, in: world)
            return (outcome, try child.usage(), serverTime)
        }
    }

    /// What the operator wrote: AdminAccesses with their statuses, ConfigMaps, grants and events.
    private func children(_ world: World) async throws -> [(type: ResourceType, object: JSONValue)] {
        var objects: [(type: ResourceType, object: JSONValue)] = []
        for type in [ResourceType.adminAccesses, .configMaps, .adminGrants, .events] {
            for item in try await world.client.list(type).items {
                if type != .events, item["metadata"]?["ownerReferences"] == nil { continue }
                var item = item
                var metadata = item["metadata"]?.object ?? [:]
                metadata.keep { ["name", "namespace", "labels", "annotations", "ownerReferences"].contains($0.name) }
                item["metadata"] = .object(metadata)
                objects.append((type, item))
            }
        }
        return objects
    }

    /// A plain parallel writer of the same objects, on an API server of its own.
    private func plainWriter(
        _ world: World,
        _ objects: [(type: ResourceType, object: JSONValue)]
    ) async throws -> Plain {
        try await instances.create(in: world)
        var owners: [String: JSONValue] = [:]
        for item in try await world.client.list(.appInstances).items {
            owners[item["metadata"]?["name"]?.string ?? ""] = item["metadata"]?["uid"]
        }
        var statuses: [JSONValue] = []
        let creations = objects.map { type, object in
            var object = object
            if var reference = object["metadata"]?["ownerReferences"]?[0] {
                reference["uid"] = owners[reference["name"]?.string ?? ""]
                object["metadata"]?["ownerReferences"] = .array([reference])
            }
            if let status = object["status"] {
                let metadata = object["metadata"]
                statuses.append(
                    .members([
                        "apiVersion": object["apiVersion"], "kind": object["kind"], "status": status,
                        "metadata": .members(["name": metadata?["name"], "namespace": metadata?["namespace"]]),
                    ])
                )
                object["status"] = nil
            }
            return (type, object)
        }
        let before = try world.serverTime()
        let creating = try await Settling.observed(in: world) {
            try await ParallelWriter.run(count: creations.count, concurrency: 32) { index in
                _ = try await world.client.create(creations[index].0, creations[index].1)
            }
        }
        let patches = statuses
        let applying = try await Settling.observed(in: world) {
            try await ParallelWriter.run(count: patches.count, concurrency: 32) { index in
                let metadata = patches[index]["metadata"]
                let name = NamespacedName(
                    namespace: metadata?["namespace"]?.string,
                    name: metadata?["name"]?.string ?? ""
                )
                let patch = Patch.apply(patches[index], force: true)
                _ = try await world.client.patch(.adminAccesses, name, patch, subresource: "status")
            }
        }
        return Plain(
            creates: Double(creations.count) / creating.seconds,
            writes: Double(creations.count + patches.count) / (creating + applying).seconds,
            serverTime: try world.serverTime() - before
        )
    }

    private func restart(_ world: World) async throws -> [Figure] {
        let before = try await world.resourceVersion()
        let (quiet, usage) = try await world.withOperator { child in
            let quiet = try await Settling.quiet(child)
            try await Task.sleep(for: .seconds(3))
            return (quiet, try child.usage())
        }
        let writes = try await world.resourceVersion() - before
        let title = "restart, nothing to do"
        return [
            Figure(id: "restart.quiet", title: "\(title): quiet after", value: quiet.seconds, unit: "s"),
            Figure(id: "restart.writes", title: "\(title): writes", value: Double(writes), unit: ""),
            Figure(id: "restart.memory", title: "\(title): memory", value: usage.residentMiB, unit: "MiB"),
        ]
    }

    private func change(_ world: World) async throws -> [Figure] {
        try await world.withOperator { child in
            _ = try await Settling.quiet(child)
            return try await ChangeScenario(instances: instances, changes: changes).run(in: world)
        }
    }
}

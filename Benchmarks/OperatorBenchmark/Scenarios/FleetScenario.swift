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
        var plainRate: Double
    }

    /// Measures all of it.
    func run() async throws -> [Figure] {
        var colds: [Cold] = []
        var rest: [Figure] = []
        for round in 1...rounds {
            let isLast = round == rounds
            let (outcome, usage, objects, figures) = try await World.with(site) { world in
                let (outcome, usage) = try await coldStart(world)
                let figures = isLast ? try await restart(world) + change(world) : []
                return (outcome, usage, try await children(world), figures)
            }
            rest = figures
            let plain = try await World.with(site) { try await plainWriter($0, objects) }
            colds.append(Cold(outcome: outcome, usage: usage, plainRate: plain))
        }
        return summary(colds) + rest
    }

    private var instances: Instances { Instances(count: count, keysURL: site.keysURL) }

    private func summary(_ colds: [Cold]) -> [Figure] {
        let ratio = Distribution(colds.map { $0.outcome.rate / $0.plainRate }).median
        let title = "\(count) x \(instances.users) from cold"
        return [
            Figure(
                id: "cold.time",
                title: title,
                value: Distribution(colds.map { $0.outcome.elapsed.seconds }).median,
                unit: "s"
            ),
            Figure(
                id: "cold.writes",
                title: "\(title): writes in all",
                value: Distribution(colds.map { Double($0.outcome.writes) }).median,
                unit: ""
            ),
            Figure(
                id: "cold.rate",
                title: "\(title): writes",
                value: Distribution(colds.map(\.outcome.rate)).median,
                unit: "1/s"
            ),
            Figure(
                id: "cold.plain",
                title: "plain parallel writer, same objects",
                value: Distribution(colds.map(\.plainRate)).median,
                unit: "1/s"
            ),
            Figure(id: "cold.ratio", title: "operator to plain writer", value: ratio * 100, unit: "%"),
            Figure(
                id: "cold.memory",
                title: "resident memory, \(count) x \(instances.users)",
                value: Distribution(colds.map(\.usage.residentMiB)).median,
                unit: "MiB"
            ),
            Figure(
                id: "cold.cpu",
                title: "\(title): processor time of the operator",
                value: Distribution(colds.map(\.usage.processorTime.seconds)).median,
                unit: "s"
            ),
        ]
    }

    private func coldStart(_ world: World) async throws -> (Settling.Outcome, ProcessUsage) {
        try await instances.create(in: world)
        let version = try await world.resourceVersion()
        return try await world.withOperator { child in
            let outcome = try await Settling.writes(
                of: child,
                in: world,
                since: version,
                // An AdminAccess with its status, and the grants.
                atLeast: count * (2 + instances.users)
            )
            try await Settling.verify(instances, in: world)
            return (outcome, try child.usage())
        }
    }

    /// What the operator created: grants, AdminAccesses and ConfigMaps.
    private func children(_ world: World) async throws -> [(type: ResourceType, object: JSONValue)] {
        var objects: [(type: ResourceType, object: JSONValue)] = []
        for type in [ResourceType.adminAccesses, .configMaps, .adminGrants] {
            for item in try await world.client.list(type).items where item["metadata"]?["ownerReferences"] != nil {
                var item = item
                var metadata = item["metadata"]?.object ?? [:]
                metadata.keep { ["name", "namespace", "labels", "annotations", "ownerReferences"].contains($0.name) }
                item["metadata"] = .object(metadata)
                item["status"] = nil
                objects.append((type, item))
            }
        }
        return objects
    }

    /// How fast a plain parallel writer creates the same objects on the same kind of server, in objects a second.
    private func plainWriter(
        _ world: World,
        _ objects: [(type: ResourceType, object: JSONValue)]
    ) async throws -> Double {
        try await instances.create(in: world)
        var owners: [String: JSONValue] = [:]
        for item in try await world.client.list(.appInstances).items {
            owners[item["metadata"]?["name"]?.string ?? ""] = item["metadata"]?["uid"]
        }
        let ready = objects.map { type, object in
            var object = object
            var reference = object["metadata"]?["ownerReferences"]?[0] ?? .null
            reference["uid"] = owners[reference["name"]?.string ?? ""]
            object["metadata"]?["ownerReferences"] = .array([reference])
            return (type, object)
        }
        let elapsed = try await ParallelWriter.run(count: ready.count, concurrency: 32) { index in
            _ = try await world.client.create(ready[index].0, ready[index].1)
        }
        return Double(ready.count) / elapsed.seconds
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

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A fleet ten times as large: what it takes in memory.
struct LargeFleetScenario {
    /// Where to run.
    let site: World.Site
    /// How many AppInstances.
    let count: Int

    /// Measures the first start and the second.
    func run() async throws -> [Figure] {
        let instances = Instances(count: count, keysURL: site.keysURL)
        let title = "\(count) x \(instances.users)"
        return try await World.with(site) { world in
            try await instances.create(in: world)
            let version = try await world.resourceVersion()
            let (outcome, first) = try await world.withOperator { child in
                let outcome = try await Settling.writes(
                    of: child,
                    in: world,
                    since: version,
                    atLeast: count * (2 + instances.users)
                )
                try await Settling.verify(instances, in: world)
                return (outcome, try child.usage())
            }
            let (quiet, second) = try await world.withOperator { child in
                let quiet = try await Settling.quiet(child)
                return (quiet, try child.usage())
            }
            return [
                Figure(id: "large.time", title: "\(title) from cold", value: outcome.elapsed.seconds, unit: "s"),
                Figure(id: "large.memory", title: "resident memory, \(title)", value: first.residentMiB, unit: "MiB"),
                Figure(
                    id: "large.restart.quiet",
                    title: "restart, \(title): quiet after",
                    value: quiet.seconds,
                    unit: "s"
                ),
                Figure(
                    id: "large.restart.memory",
                    title: "restart, \(title): memory",
                    value: second.residentMiB,
                    unit: "MiB"
                ),
                Figure(
                    id: "large.restart.peak",
                    title: "restart, \(title): peak memory",
                    value: second.peakMiB,
                    unit: "MiB"
                ),
            ]
        }
    }
}

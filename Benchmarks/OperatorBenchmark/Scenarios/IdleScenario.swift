// Grantor
// SPDX-License-Identifier: Apache-2.0

/// An operator with nothing to look after.
struct IdleScenario {
    /// Where to run.
    let site: World.Site
    /// How long to watch it idle.
    let observation: Duration

    /// Measures memory and processor time.
    func run() async throws -> [Figure] {
        try await World.with(site) { world in
            try await world.withOperator { child in
                try await Task.sleep(for: .seconds(3))
                let before = try child.usage()
                let started = ContinuousClock.now
                try await Task.sleep(for: observation)
                let after = try child.usage()
                let used = (after.processorTime - before.processorTime) / (ContinuousClock.now - started)
                return [
                    Figure(id: "idle.memory", title: "resident memory, idle", value: after.residentMiB, unit: "MiB"),
                    Figure(id: "idle.cpu", title: "processor time, idle", value: used * 100, unit: "% of a core"),
                    Figure(id: "idle.threads", title: "threads", value: Double(after.threads), unit: ""),
                ]
            }
        }
    }
}

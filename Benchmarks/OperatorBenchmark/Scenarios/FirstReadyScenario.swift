// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// From the start of the process to the first AppInstance that is Ready.
struct FirstReadyScenario {
    /// Where to run.
    let site: World.Site
    /// How often.
    let rounds: Int

    /// Measures the median.
    func run() async throws -> [Figure] {
        var times: [Double] = []
        for _ in 0..<rounds {
            times.append(try await World.with(site, round))
        }
        let median = Distribution(times).median
        return [Figure(id: "start.ready", title: "start to first Ready, p50", value: median, unit: "ms")]
    }

    private func round(_ world: World) async throws -> Double {
        let instances = Instances(count: 1, users: 3, keysURL: site.keysURL)
        try await instances.create(in: world)
        let version = try await world.resourceVersion()
        let arrivals = Arrivals()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await arrivals.watch(.adminAccesses, in: world, since: version) { object in
                    (try? AdminAccess(json: object))?.status?.condition(.ready)?.status == .yes ? "ready" : nil
                }
            }
            // The watch is there before the operator is.
            try await Task.sleep(for: .milliseconds(300))
            let elapsed = try await world.withOperator { child in
                try await arrivals.wait(for: "ready") - child.started
            }
            group.cancelAll()
            return elapsed.milliseconds
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore

/// Twenty changes a second: from the apply of an AppInstance to its grant and to its report.
struct ChangeScenario {
    /// What is changed.
    let instances: Instances
    /// How many changes are made.
    let changes: Int

    private struct Sample: Sendable {
        var request: Double
        var grant: Double
        var report: Double
    }

    /// Makes the changes and measures.
    func run(in world: World) async throws -> [Figure] {
        let version = try await world.resourceVersion()
        let grants = Arrivals()
        let reports = Arrivals()
        let samples = try await withThrowingTaskGroup(of: Void.self) { watches in
            watches.addTask {
                try await grants.watch(.adminGrants, in: world, since: version) { $0["spec"]?["userID"]?.string }
            }
            watches.addTask {
                try await reports.watch(.adminAccesses, in: world, since: version, name: Self.reportName)
            }
            try await Task.sleep(for: .milliseconds(300))
            let samples = try await measure(world, grants, reports)
            watches.cancelAll()
            return samples
        }
        let title = "one of 20 changes a second"
        let request = Distribution(samples.map(\.request))
        let grant = Distribution(samples.map(\.grant))
        let report = Distribution(samples.map(\.report))
        return [
            Figure(id: "change.request", title: "\(title): the request, p50", value: request.median, unit: "ms"),
            Figure(id: "change.grant.p50", title: "\(title): to its grant, p50", value: grant.median, unit: "ms"),
            Figure(
                id: "change.grant.p99",
                title: "\(title): to its grant, p99",
                value: grant.percentile(0.99),
                unit: "ms"
            ),
            Figure(id: "change.report.p50", title: "\(title): to its condition, p50", value: report.median, unit: "ms"),
            Figure(
                id: "change.report.p99",
                title: "\(title): to its condition, p99",
                value: report.percentile(0.99),
                unit: "ms"
            ),
        ]
    }

    private func measure(_ world: World, _ grants: Arrivals, _ reports: Arrivals) async throws -> [Sample] {
        let begin = ContinuousClock.now
        return try await withThrowingTaskGroup(of: Sample.self) { group in
            for number in 0..<changes {
                // By the clock, whatever the changes before are doing.
                try await ContinuousClock().sleep(until: begin + .milliseconds(50) * number)
                group.addTask { try await sample(number, world, grants, reports) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func sample(
        _ number: Int,
        _ world: World,
        _ grants: Arrivals,
        _ reports: Arrivals
    ) async throws -> Sample {
        let index = number % instances.count
        let user = "auth0|changed-\(number)"
        let object = instances.object(index, replacing: user)
        let started = ContinuousClock.now
        let applied = try await world.client.patch(
            .appInstances,
            instances.name(index),
            .apply(object, force: true),
            options: WriteOptions(fieldManager: "kubectl")
        )
        let answered = ContinuousClock.now
        let generation = applied["metadata"]?["generation"]?.integer ?? 0
        let grant = try await grants.wait(for: user)
        let report = try await reports.wait(for: "\(instances.name(index).name) \(generation)")
        return Sample(
            request: (answered - started).milliseconds,
            grant: (grant - started).milliseconds,
            report: (report - started).milliseconds
        )
    }

    /// Names a report that says Ready by the generation it speaks of.
    @Sendable
    private static func reportName(_ object: JSONValue) -> String? {
        guard let access = try? AdminAccess(json: object), let status = access.status,
            status.condition(.ready)?.status == .yes, let generation = status.appInstance?.generation
        else { return nil }
        return "\(access.metadata.name) \(generation)"
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KeySets
import KubeClient
import KubeCore
import OperatorCore

/// Looks at everything that an operator rests on, within a fixed time.
struct Doctor: Sendable {
    let scope: DoctorScope
    /// How long everything may take.
    let timeLimit: Duration
    /// The time of day.
    var now: @Sendable () -> Date = { Date() }

    /// Looks at a cluster.
    ///
    /// - Throws: What `connect` throws, and `CancellationError`.
    func examine(
        _ connect: @escaping @Sendable (@Sendable (KubeClient) async throws -> Void) async throws -> Void
    ) async throws -> DiagnosisReport {
        try await withinLimit { log in
            try await connect { client in try await examine(client, log) }
        }
    }

    /// Looks at the endpoints that files name, without a cluster.
    ///
    /// - Throws: `KubeError` when the settings cannot be used, and `CancellationError`.
    func examine(_ sights: [InstanceSight]) async throws -> DiagnosisReport {
        try await withinLimit { log in
            log.add(InstanceCheck.judge(sights, at: now(), expectsStatus: false))
            try await endpoints(sights, log)
        }
    }

    private func withinLimit(
        _ body: @escaping @Sendable (DiagnosisLog) async throws -> Void
    ) async throws -> DiagnosisReport {
        let log = DiagnosisLog()
        let limit = timeLimit
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await body(log)
                return true
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            if try await group.next() == false {
                log.add([
                    Diagnosis(
                        area: .endpoints,
                        check: "time-limit",
                        verdict: .error,
                        message: "not everything was looked at within \(limit.components.seconds) s",
                        advice: "--timeout gives more time"
                    )
                ])
            }
        }
        return DiagnosisReport(log.diagnoses)
    }

    private func examine(_ client: KubeClient, _ log: DiagnosisLog) async throws {
        guard let identity = try await ConnectionCheck(client: client).run(log) else {
            let message = "the API server is needed for it"
            log.add(
                Diagnosis.Area.allCases.filter { $0 != .connection }.map {
                    Diagnosis(area: $0, check: "all", verdict: .skipped, message: message)
                }
            )
            return
        }
        let asked = scope.serviceAccount ?? identity.serviceAccount
        let home = scope.home ?? asked?.namespace ?? "grantor"
        try await DefinitionCheck(client: client, scope: scope).run(log)
        try await PermissionCheck(
            client: client,
            scope: scope,
            home: home,
            subject: scope.serviceAccount,
            receiver: asked
        ).run(log)
        let holder = try await LeaseCheck(client: client, scope: scope, home: home, now: now).run(log)
        try await PodCheck(client: client, home: home, holder: holder).run(log)
        guard let sights = try await InstanceGatherer(client: client, scope: scope).gather(log) else { return }
        log.add(InstanceCheck.judge(sights, at: now()))
        try await endpoints(sights, log)
    }

    private func endpoints(_ sights: [InstanceSight], _ log: DiagnosisLog) async throws {
        let examiner = EndpointExaminer(configuration: try scope.configuration.fetcherConfiguration, now: now)
        try await EndpointCheck(examiner: examiner, now: now).run(sights, log)
    }
}

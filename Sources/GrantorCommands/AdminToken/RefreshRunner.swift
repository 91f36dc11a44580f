// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient

/// Carries a refresh out: looks, decides, does one thing, and looks again.
struct RefreshRunner<C: Clock>: Sendable where C.Duration == Duration {
    private let cluster: any RefreshCluster
    private let clock: C
    /// How long each wait may last.
    private let timeout: Duration
    private let pause: Duration
    private let now: @Sendable () -> String
    private let report: @Sendable (String) throws -> Void

    init(
        cluster: any RefreshCluster,
        clock: C,
        timeout: Duration,
        pause: Duration = .seconds(1),
        now: @escaping @Sendable () -> String,
        report: @escaping @Sendable (String) throws -> Void
    ) {
        self.cluster = cluster
        self.clock = clock
        self.timeout = timeout
        self.pause = pause
        self.now = now
        self.report = report
    }

    /// Runs to the end.
    ///
    /// - Parameter startsOver: Whether what an earlier run has left is forgotten.
    /// - Throws: `RefreshError`, `KubeError` or `CancellationError`; a further run goes on where this one ended.
    func run(startsOver: Bool) async throws {
        let world = try await cluster.observe()
        let record = startsOver ? nil : world.record
        let plan = RefreshPlan(world, record: record ?? RefreshRecord(of: world, at: now()))
        try refuse(plan)
        let missing = try await cluster.missingPermissions()
        guard missing.isEmpty else {
            throw RefreshError(
                .forbidden,
                "cannot refresh the admin token: you may not \(missing.joined(separator: ", "))"
            )
        }
        if let record {
            try report("resuming the refresh that began at \(record.startedAt)")
            try await work(record)
        } else {
            let record = RefreshRecord(of: world, at: now())
            try await cluster.write(record)
            try await work(record)
        }
        try await cluster.removeRecord()
    }

    /// What the loop remembers from one look to the next.
    private struct Progress {
        /// What is waited for, and since when.
        var waiting: (step: RefreshPlan.Step, since: C.Instant)?
        /// Since when the API server has not answered.
        var silence: C.Instant?
    }

    private func work(_ record: RefreshRecord) async throws {
        var progress = Progress()
        while true {
            try Task.checkCancellation()
            do {
                guard try await advance(record, &progress) else { return }
                progress.silence = nil
            } catch let error as KubeError where Self.passes(error.code) {
                // The API server restarts now and then; what is to be done is decided anew afterwards.
                if progress.silence == nil { try report("\(error.message); trying on ...") }
                let since = progress.silence ?? clock.now
                progress.silence = since
                guard since.duration(to: clock.now) < timeout else { throw error }
                try await clock.sleep(for: pause)
            }
        }
    }

    /// Does one thing, or waits a moment; whether anything is left.
    private func advance(_ record: RefreshRecord, _ progress: inout Progress) async throws -> Bool {
        let world = try await cluster.observe()
        let plan = RefreshPlan(world, record: record)
        guard let step = plan.steps.first else { return false }
        try refuse(plan)
        if step.isDeletion {
            progress.waiting = nil
            try await cluster.perform(step)
            try report("\(step.text): done")
            return true
        }
        if let current = progress.waiting, current.step == step {
            guard current.since.duration(to: clock.now) < timeout else { throw Self.timedOut(step, world) }
        } else {
            progress.waiting = (step, clock.now)
            try report("\(step.text) ...")
        }
        try await clock.sleep(for: pause)
        return true
    }

    /// Whether a failure passes by itself, mostly.
    private static func passes(_ code: KubeError.Code) -> Bool {
        switch code {
        case .unreachable, .timeout, .serverError, .serviceUnavailable, .tooManyRequests: true
        default: false
        }
    }

    private func refuse(_ plan: RefreshPlan) throws(RefreshError) {
        guard let refusal = plan.refusal else { return }
        switch refusal {
        case .paused:
            throw RefreshError(
                .refused,
                "cannot refresh the admin token of \(cluster.instance): it is paused (spec.pause), so that kubit would not "
                    + "make the Jobs again"
            )
        case .deleting:
            throw RefreshError(.refused, "cannot refresh the admin token of \(cluster.instance): it is being deleted")
        case .jobFailed(let name):
            throw RefreshError(
                .jobFailed,
                "cannot go on: Job \(name) has failed; kubectl logs job/\(name) tells why. Then run the command again"
            )
        }
    }

    private static func timedOut(_ step: RefreshPlan.Step, _ world: RefreshWorld) -> RefreshError {
        let advice =
            switch step {
            case .awaitJob:
                "kubit has not made it; its last word is \(world.kubitReason ?? "nothing"): look at the pods of kubit"
            case .awaitSecret(let name):
                "the Job has not made it: kubectl logs job/"
                    + "\(world.jobs.first { ($0.role == .keys) == (name == "rsa-keys") }?.item.name ?? name)"
            default: "kubectl get pods tells why"
            }
        return RefreshError(.timedOut, "cannot go on: \(step.text) took too long: \(advice). The command resumes it")
    }
}

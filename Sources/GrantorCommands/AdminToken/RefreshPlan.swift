// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What is still to be done of a refresh of the admin token; pure, and decided anew after each step.
///
/// The order is the documented one, with a check between: the Secrets and the Jobs that make them are deleted, kubit
/// makes the Jobs again, they make the Secrets again, and only then the pods that hold the old keys are deleted. Pods
/// that start before the new keys exist do not come up.
struct RefreshPlan: Hashable, Sendable {
    /// One step.
    enum Step: Hashable, Sendable {
        case deleteSecret(RefreshWorld.Item)
        case deleteJob(RefreshWorld.Item)
        /// Wait until kubit has made the Job again.
        case awaitJob(JobRole)
        /// Wait until the Job has made the Secret again.
        case awaitSecret(String)
        case deletePod(RefreshWorld.Item, app: String)
        /// Wait until the old pods are gone and at least one new one is ready.
        case awaitPods(app: String)

        /// Whether something is changed by it.
        var isDeletion: Bool {
            switch self {
            case .deleteSecret, .deleteJob, .deletePod: true
            case .awaitJob, .awaitSecret, .awaitPods: false
            }
        }
    }

    /// Why nothing can be done.
    enum Refusal: Hashable, Sendable {
        case paused
        case deleting
        case jobFailed(String)
    }

    /// The steps, in order.
    let steps: [Step]
    /// What stands in the way.
    let refusal: Refusal?
    /// What a person should know; one line each.
    let notes: [String]

    /// Decides what is to be done to what a record names; without a record, to everything that is there.
    init(_ world: RefreshWorld, record: RefreshRecord? = nil) {
        let record = record ?? world.record ?? RefreshRecord(of: world, at: "")
        steps =
            Self.deletions(world, record) + Self.waits(world, record) + Self.restarts(world, record)
        refusal = Self.refusal(world, record)
        notes = Self.notes(world, record)
    }

    // MARK: - Steps

    private static func deletions(_ world: RefreshWorld, _ record: RefreshRecord) -> [Step] {
        let secrets = RefreshWorld.secretNames.compactMap { name in
            world.secrets.first { $0.name == name && $0.uid == record.secrets[name] }
        }
        let jobs = world.jobs.filter { $0.item.uid == record.jobs[$0.item.name] }.sorted { lhs, rhs in
            lhs.role == rhs.role ? lhs.item.name < rhs.item.name : lhs.role == .keys
        }
        return secrets.filter { !$0.isDeleting }.map(Step.deleteSecret)
            + jobs.filter { !$0.item.isDeleting }.map { .deleteJob($0.item) }
    }

    private static func waits(_ world: RefreshWorld, _ record: RefreshRecord) -> [Step] {
        let roles = record.roles.filter { role in
            !world.jobs.contains { $0.role == role && isNew($0.item, in: record.jobs) }
        }
        let secrets = RefreshWorld.secretNames.filter { name in
            !world.secrets.contains { $0.name == name && isNew($0, in: record.secrets) }
        }
        // A Job that has made its Secret may be gone again already.
        let needed = roles.filter { secrets.contains($0 == .keys ? "rsa-keys" : "admin-token") }
        return needed.map(Step.awaitJob) + secrets.map(Step.awaitSecret)
    }

    private static func restarts(_ world: RefreshWorld, _ record: RefreshRecord) -> [Step] {
        let old = world.pods.filter { !isNew($0.item, in: record.pods) }.sorted { $0.item.name < $1.item.name }
        let waits = record.apps.filter { app in
            old.contains { $0.app == app }
                || !world.pods.contains { $0.app == app && $0.isReady && isNew($0.item, in: record.pods) }
        }
        return old.filter { !$0.item.isDeleting }.map { .deletePod($0.item, app: $0.app) }
            + waits.map { .awaitPods(app: $0) }
    }

    private static func isNew(_ item: RefreshWorld.Item, in old: [String: String]) -> Bool {
        old[item.name] != item.uid && !item.isDeleting
    }

    // MARK: - Judgement

    private static func refusal(_ world: RefreshWorld, _ record: RefreshRecord) -> Refusal? {
        if world.isDeleting { return .deleting }
        if world.isPaused { return .paused }
        let failed = world.jobs.first { $0.state == .failed && isNew($0.item, in: record.jobs) }
        return failed.map { .jobFailed($0.item.name) }
    }

    private static func notes(_ world: RefreshWorld, _ record: RefreshRecord) -> [String] {
        var notes: [String] = []
        for role in JobRole.allCases where !record.roles.contains(role) {
            notes.append(
                "there is no Job named \(role.rawValue): kubit makes it again only if the package still has it"
            )
        }
        if record.apps.isEmpty {
            let labels = RefreshWorld.apps.map { "app=\($0)" }.joined(separator: ", ")
            notes.append("no pod has one of the labels \(labels): restart by hand what checks tokens")
        }
        switch world.kubitReason {
        case nil: notes.append("kubit has written no condition yet: see that it runs")
        case "JobFailed", "Failed":
            notes.append("kubit's last apply has failed: without a working one the Jobs do not come back")
        default: break
        }
        return notes
    }
}

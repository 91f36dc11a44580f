// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import TestKit
import Testing

@testable import GrantorCommands

struct RefreshRunnerTests {
    private static let old = [
        "Secret rsa-keys s1", "Secret admin-token s2", "Job key-gen-x j1", "Job create-admin-token-x j2",
        "Pod core-b p2", "Pod token-management-a p1",
    ]

    private static func run(
        _ cluster: ScriptedCluster,
        startsOver: Bool = false,
        report: Journal<String> = Journal<String>()
    ) async throws {
        let runner = RefreshRunner(
            cluster: cluster,
            clock: InstantClock(),
            timeout: .seconds(30),
            now: { "2026-11-21T09:00:00Z" },
            report: { report.append($0) }
        )
        try await runner.run(startsOver: startsOver)
    }

    /// Everything old is gone, what is new is whole, and nothing is left behind.
    private static func expectDone(_ cluster: ScriptedCluster) {
        let world = cluster.world
        #expect(world.record == nil)
        #expect(Set(world.secrets.map(\.name)) == ["rsa-keys", "admin-token"])
        #expect(world.secrets.allSatisfy { !["s1", "s2"].contains($0.uid) })
        #expect(world.pods.allSatisfy { !["p1", "p2"].contains($0.item.uid) && $0.isReady })
        #expect(cluster.log.violations.isEmpty)
    }

    @Test func `everything is replaced in the documented order, pods only after the Secrets`() async throws {
        let cluster = ScriptedCluster()
        let report = Journal<String>()
        try await Self.run(cluster, report: report)
        Self.expectDone(cluster)
        #expect(cluster.log.deleted == Self.old)
        #expect(
            report.entries == [
                "delete Secret rsa-keys: done", "delete Secret admin-token: done", "delete Job key-gen-x: done",
                "delete Job create-admin-token-x: done", "wait until Secret rsa-keys is there again ...",
                "wait until Secret admin-token is there again ...",
                "delete Pod core-b (app=core): done", "delete Pod token-management-a (app=token-management): done",
            ]
        )
    }

    @Test func `a second run afterwards replaces what is new`() async throws {
        let cluster = ScriptedCluster()
        try await Self.run(cluster)
        try await Self.run(cluster)
        #expect(cluster.log.deleted.count == 12)
        Self.expectDone(cluster)
    }

    @Test func `nothing is touched while kubit is paused`() async throws {
        var world = ScriptedCluster.healthy
        world.isPaused = true
        let cluster = ScriptedCluster(world: world)
        let error = try await #require(throws: RefreshError.self) { try await Self.run(cluster) }
        #expect(error.code == .refused)
        #expect(error.message.contains("spec.pause"))
        #expect(cluster.log.writes == 0)
        world.isPaused = false
        world.isDeleting = true
        let going = ScriptedCluster(world: world)
        await #expect(throws: RefreshError.self) { try await Self.run(going) }
        #expect(going.log.writes == 0)
    }

    @Test func `a pause in the middle is told, and the run resumed after it`() async throws {
        let cluster = ScriptedCluster(.init(pausesAfter: 4))
        let error = try await #require(throws: RefreshError.self) { try await Self.run(cluster) }
        #expect(error.code == .refused)
        #expect(cluster.log.deleted.count == 3)
        cluster.set(.init())
        await #expect(throws: RefreshError.self) { try await Self.run(cluster) }
    }

    @Test(arguments: JobRole.allCases)
    func `a Job that never comes back is told, and waited for again later`(role: JobRole) async throws {
        let cluster = ScriptedCluster(.init(missingJob: role))
        let error = try await #require(throws: RefreshError.self) { try await Self.run(cluster) }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("Job \(role.rawValue)"))
        #expect(error.message.contains("JobCompletedSuccessfully"))
        #expect(!cluster.log.deleted.contains { $0.hasPrefix("Pod") })
        cluster.set(.init())
        try await Self.run(cluster)
        #expect(cluster.log.deleted == Self.old)
        Self.expectDone(cluster)
    }

    @Test(arguments: JobRole.allCases)
    func `a Secret that never comes back is told, and no pod is restarted`(role: JobRole) async throws {
        let cluster = ScriptedCluster(.init(missingSecret: role))
        let error = try await #require(throws: RefreshError.self) { try await Self.run(cluster) }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("kubectl logs job/\(role.rawValue)-x"))
        #expect(!cluster.log.deleted.contains { $0.hasPrefix("Pod") })
    }

    @Test func `a Job that fails is told at once`() async throws {
        let cluster = ScriptedCluster(.init(failingJob: .keys))
        let error = try await #require(throws: RefreshError.self) { try await Self.run(cluster) }
        #expect(error.code == .jobFailed)
        #expect(error.message.contains("kubectl logs job/key-gen-x"))
    }

    @Test func `pods that do not come up are told`() async throws {
        let cluster = ScriptedCluster(.init(podsStayUnready: true))
        let error = try await #require(throws: RefreshError.self) { try await Self.run(cluster) }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("app="))
    }

    @Test func `missing permissions are found before anything is deleted`() async throws {
        let cluster = ScriptedCluster(.init(denied: ["delete secrets", "list jobs"]))
        let error = try await #require(throws: RefreshError.self) { try await Self.run(cluster) }
        #expect(error.code == .forbidden)
        #expect(error.message.hasSuffix("you may not delete secrets, list jobs"))
        #expect(cluster.log.writes == 0)
    }

    @Test(arguments: 1...8)
    func `a run that breaks off at any write is resumed, and deletes nothing twice`(write: Int) async throws {
        let cluster = ScriptedCluster(.init(refusesFrom: write))
        await #expect(throws: KubeError.self) { try await Self.run(cluster) }
        cluster.set(.init())
        let report = Journal<String>()
        try await Self.run(cluster, report: report)
        Self.expectDone(cluster)
        #expect(cluster.log.deleted == Self.old)
        // Before the record is written nothing has begun.
        #expect((report.entries.first == "resuming the refresh that began at 2026-11-21T09:00:00Z") == (write > 1))
    }

    @Test func `an API server that is away for a while is waited for`() async throws {
        let cluster = ScriptedCluster(.init(silentLooks: 20))
        let report = Journal<String>()
        try await Self.run(cluster, report: report)
        Self.expectDone(cluster)
        #expect(report.entries.count { $0 == "cannot look: nothing listens; trying on ..." } == 1)
        let gone = ScriptedCluster(.init(silentLooks: 1000))
        let error = try await #require(throws: KubeError.self) { try await Self.run(gone) }
        #expect(error.code == .unreachable)
    }

    @Test func `starting over forgets what was broken off`() async throws {
        let cluster = ScriptedCluster(.init(refusesFrom: 7))
        await #expect(throws: KubeError.self) { try await Self.run(cluster) }
        cluster.set(.init())
        try await Self.run(cluster, startsOver: true)
        Self.expectDone(cluster)
        #expect(cluster.log.deleted.count { $0.hasPrefix("Secret") } == 4)
    }

    @Test func `a cancelled run ends where it is`() async throws {
        let cluster = ScriptedCluster(.init(missingSecret: .keys))
        let clock = ManualClock()
        let runner = RefreshRunner(
            cluster: cluster,
            clock: clock,
            timeout: .seconds(600),
            now: { "" },
            report: { _ in }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run(startsOver: false) }
            try await clock.sleepers(1)
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.waitForAll() }
        }
        #expect(cluster.world.record != nil)
        #expect(!cluster.log.deleted.contains { $0.hasPrefix("Pod") })
    }

    @Test func `where no pod is labelled none is restarted`() async throws {
        var world = ScriptedCluster.healthy
        world.pods = []
        let cluster = ScriptedCluster(world: world)
        #expect(RefreshPlan(world).notes.contains { $0.contains("app=token-management, app=core, app=authz") })
        try await Self.run(cluster)
        #expect(cluster.log.deleted == Array(Self.old.prefix(4)))
    }
}

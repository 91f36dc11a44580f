// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeClient
import KubeCore
import Logging
import MetricsTestKit
import ServiceLifecycle
import ServiceLifecycleTestKit
import TestKit
import Testing

@testable import KubeController

@Suite(.timeLimit(.minutes(1)))
struct LeaderElectorTests {
    private let clock = ManualClock()
    private let lock = MemoryLock()

    private func elector(
        _ identity: String,
        lock: MemoryLock? = nil,
        logs: LogCapture = LogCapture(),
        metrics: TestMetrics = TestMetrics()
    ) throws -> LeaderElector {
        try LeaderElector(
            name: "grantor",
            configuration: ElectionConfiguration(identity: identity),
            lock: lock ?? self.lock,
            clock: clock,
            jitter: { 0 },
            metrics: metrics,
            logger: logs.logger
        )
    }

    /// Runs electors side by side, and ends them gracefully when the body is done.
    private func running(
        _ electors: LeaderElector...,
        body: @escaping @Sendable (GracefulShutdownTestTrigger) async throws -> Void
    ) async throws {
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for elector in electors { group.addTask { try await elector.run() } }
                try await body(trigger)
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    private static func record(of holder: String, transitions: Int64 = 0) -> LeaseRecord {
        LeaseRecord(
            holderIdentity: holder,
            leaseDurationSeconds: 15,
            acquireTime: "",
            renewTime: "",
            leaseTransitions: transitions
        )
    }

    private func eventually(_ what: String, _ condition: @escaping @Sendable () -> Bool) async throws {
        try await withDeadline(.seconds(20), what) {
            while !condition() { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    @Test func `a free lease is taken, renewed, and given back at the end`() async throws {
        let metrics = TestMetrics()
        let elector = try elector("a", metrics: metrics)
        #expect(elector.writeLimit() == nil)
        let (lock, clock) = (lock, clock)
        try await running(elector) { _ in
            try await lock.history.wait(count: 1)
            try await eventually("leadership") { elector.isLeading }
            for renewal in 2...4 {
                try await clock.sleeper(for: .seconds(2))
                clock.advance(by: .seconds(2))
                try await lock.history.wait(count: renewal)
            }
            #expect(elector.isLeading)
            let status = try metrics.expectMeter("leader_election_master_status", [("name", "grantor")])
            #expect(status.lastValue == 1)
        }
        #expect(!elector.isLeading)
        let records = lock.history.entries
        #expect(records.map(\.holderIdentity) == ["a", "a", "a", "a", ""])
        #expect(records.allSatisfy { $0.leaseTransitions == 0 })
        #expect(try metrics.expectMeter("leader_election_master_status", [("name", "grantor")]).lastValue == 0)
    }

    @Test func `a lease that is given back is taken at once by one that watches`() async throws {
        let (first, second) = (try elector("a"), try elector("b"))
        let (lock, clock) = (lock, clock)
        _ = try await lock.create(Self.record(of: "a"))
        try await running(second) { _ in
            try await eventually("the second has seen the first") { second.holder == "a" }
            let group = ServiceGroup(configuration: .init(services: [first], logger: LogCapture().logger))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await eventually("the first leads") { first.isLeading }
                #expect(!second.isLeading)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            try await eventually("the second leads") { second.isLeading }
            #expect(clock.now.offset == .zero)
        }
    }

    @Test func `a lease that nobody renews is taken when it has run out, and not before`() async throws {
        let second = try elector("b")
        let (lock, clock) = (lock, clock)
        _ = try await lock.create(Self.record(of: "a", transitions: 4))
        try await running(second) { _ in
            for _ in 0..<7 {
                try await clock.sleeper(for: .seconds(2))
                #expect(lock.record?.holderIdentity == "a")
                clock.advance(by: .seconds(2))
            }
            try await clock.sleeper(for: .seconds(1))
            #expect(lock.record?.holderIdentity == "a")
            clock.advance(by: .seconds(1))
            try await eventually("the second leads") { second.isLeading }
            #expect(lock.record?.leaseTransitions == 5)
        }
    }

    @Test(arguments: [false, true])
    func `one that cannot renew stops writing before the lease ends, and leads again when it can`(
        hangs: Bool
    )
        async throws
    {
        let logs = LogCapture()
        let elector = try elector("a", logs: logs)
        let (lock, clock) = (lock, clock)
        try await running(elector) { _ in
            try await eventually("leadership") { elector.isLeading }
            try await clock.sleeper(for: .seconds(2))
            if hangs { lock.hangs = true } else { lock.failure = .unreachable }
            // A process that is stopped wakes up late: what counts is the time, not the timer.
            clock.advance(by: .milliseconds(9_999))
            #expect(elector.writeLimit() != nil)
            clock.advance(by: .milliseconds(1))
            #expect(elector.writeLimit() == nil)
            try await logs.wait { $0.contains { $0.message == "leadership ended" } }
            if hangs { return }
            lock.failure = nil
            try await clock.waitForSleeps("the next attempt") { $0.contains { $0 <= .seconds(2) } }
            clock.advance(by: .seconds(2))
            try await eventually("leadership") { elector.isLeading }
        }
        let failures = logs.lines.filter { $0.message == "cannot use the lease" }
        #expect(failures.count == (hangs ? 0 : 1), "a failure is told once")
    }

    @Test func `a leader whose lease somebody else holds ends, and gives nothing back`() async throws {
        let elector = try elector("a")
        let lock = lock
        try await running(elector) { _ in
            try await eventually("leadership") { elector.isLeading }
            lock.overwrite { $0.holderIdentity = "thief" }
            try await eventually("the end of leadership") { !elector.isLeading }
        }
        #expect(lock.record?.holderIdentity == "thief")
    }

    @Test func `a change of the object in between costs a read, not the leadership`() async throws {
        let metrics = TestMetrics()
        let unwatched = MemoryLock(isWatched: false)
        let elector = try elector("a", lock: unwatched, metrics: metrics)
        let clock = clock
        try await running(elector) { _ in
            try await eventually("leadership") { elector.isLeading }
            try await clock.sleeper(for: .seconds(2))
            unwatched.overwrite { _ in }
            clock.advance(by: .seconds(2))
            try await unwatched.history.wait(count: 3)
            #expect(elector.isLeading)
            let slow = try metrics.expectCounter("leader_election_slowpath_total", [("name", "grantor")])
            #expect(slow.totalValue == 1)
        }
    }

    @Test func `attempts that hang for longer than a lease and 20 s show`() async throws {
        let elector = try elector("a")
        let (lock, clock) = (lock, clock)
        try await running(elector) { _ in
            try await eventually("leadership") { elector.isLeading }
            lock.hangs = true
            try await clock.sleeper(for: .seconds(2))
            clock.advance(by: .seconds(34))
            #expect(elector.isAlive)
            clock.advance(by: .seconds(1))
            #expect(!elector.isAlive)
        }
    }

    @Test func `a lease that nobody may have is a warning, once`() async throws {
        let logs = LogCapture()
        let elector = try elector("a", logs: logs)
        let (lock, clock) = (lock, clock)
        lock.failure = .forbidden
        try await running(elector) { _ in
            for _ in 0..<3 {
                try await clock.sleeper(for: .seconds(2))
                clock.advance(by: .seconds(2))
            }
            #expect(!elector.isLeading)
            lock.failure = nil
            try await clock.sleeper(for: .seconds(2))
            clock.advance(by: .seconds(2))
            try await eventually("leadership") { elector.isLeading }
        }
        #expect(logs.lines(at: .warning).map(\.message) == ["cannot use the lease until somebody changes something"])
    }

    @Test func `setting the time of day changes nothing but what is written`() async throws {
        let hours = Journal<Int>()
        let elector = try LeaderElector(
            name: "grantor",
            configuration: ElectionConfiguration(identity: "a"),
            lock: lock,
            clock: clock,
            date: {
                hours.append(0)
                // Back and forth by years.
                return Date(timeIntervalSince1970: hours.count % 2 == 0 ? 0 : 4_000_000_000)
            },
            jitter: { 0 },
            logger: LogCapture().logger
        )
        let (lock, clock) = (lock, clock)
        try await running(elector) { _ in
            for renewal in 1...5 {
                try await lock.history.wait(count: renewal)
                try await eventually("leadership") { elector.isLeading }
                try await clock.sleeper(for: .seconds(2))
                clock.advance(by: .seconds(2))
            }
            #expect(elector.isLeading)
        }
        #expect(Set(lock.history.entries.map(\.renewTime)).count == 2)
    }
}

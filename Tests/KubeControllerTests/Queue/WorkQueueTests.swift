// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Metrics
import MetricsTestKit
import Synchronization
import TestKit
import Testing

@testable import KubeController

struct WorkQueueTests {
    /// What the workers of the stress test saw.
    private final class Ledger: Sendable {
        struct State {
            var running: Set<Int> = []
            var shared = 0
            var seen: [Int: Int] = [:]
            var version: [Int: Int] = [:]
        }

        private let state = Mutex(State())

        func withLock<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
            state.withLock { body(&$0) }
        }
    }

    private let clock = ManualClock()

    private func queue(_ metrics: TestMetrics = TestMetrics()) -> WorkQueue<String> {
        WorkQueue(name: "grants", clock: clock, jitter: { 0.5 }, metrics: metrics)
    }

    @Test func `a worker that waits gets a key as it is added`() async throws {
        let queue = queue()
        async let item = withDeadline { await queue.next() }
        queue.add("a")
        #expect(try await item?.key == "a")
        #expect(queue.inProgressCount == 1)
    }

    @Test func `several waiting workers get one key each`() async throws {
        let queue = queue()
        let taken = Journal<String>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    if let item = await queue.next() { taken.append(item.key) }
                }
            }
            for key in ["a", "b", "c"] { queue.add(key) }
            try await taken.wait(count: 3)
            try await group.waitForAll()
        }
        #expect(Set(taken.entries) == ["a", "b", "c"])
    }

    @Test func `a key added while in progress goes to another worker only after it is done`() async throws {
        let queue = queue()
        queue.add("a")
        let first = try #require(await queue.next())
        queue.add("a")
        let second = Journal<String>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                if let item = await queue.next() { second.append(item.key) }
            }
            queue.add("b")
            try await second.wait(count: 1)
            #expect(second.entries == ["b"])
            queue.done(first.key)
            #expect(await queue.next()?.key == "a")
            try await group.waitForAll()
        }
    }

    @Test func `a cancelled worker gets nothing and takes nothing along`() async throws {
        let queue = queue()
        let started = Gate()
        let ended = Journal<Bool>()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                started.open()
                ended.append(await queue.next() == nil)
            }
            try? await started.wait()
            group.cancelAll()
        }
        #expect(ended.entries == [true])
        queue.add("a")
        #expect(queue.count == 1)
        #expect(await queue.next()?.key == "a")
    }

    @Test func `a delayed key is given out when its time has come`() async throws {
        let queue = queue()
        try await running(queue) {
            queue.add("a", after: .seconds(5))
            try await clock.sleeper(for: .seconds(5))
            #expect(queue.count == 0)
            clock.advance(by: .seconds(5))
            let item = try await withDeadline { await queue.next() }
            #expect(item?.key == "a")
            #expect(item?.priority == .resync)
        }
    }

    @Test func `an earlier time wakes the timer earlier`() async throws {
        let queue = queue()
        try await running(queue) {
            queue.add("late", after: .seconds(60))
            try await clock.sleeper(for: .seconds(60))
            queue.add("early", after: .seconds(2))
            try await clock.sleeper(for: .seconds(2))
            clock.advance(by: .seconds(2))
            #expect(try await withDeadline { await queue.next() }?.key == "early")
            try await clock.sleeper(for: .seconds(58))
            #expect(queue.delayedCount == 1)
        }
    }

    @Test func `a retry waits as its policy says and full jitter shortens it`() async throws {
        let queue = queue()
        try await running(queue) {
            #expect(queue.retry("a", policy: .external) == .milliseconds(500))
            try await clock.sleeper(for: .milliseconds(500))
            clock.advance(by: .milliseconds(500))
            let item = try #require(try await withDeadline { await queue.next() })
            queue.done(item.key)
            #expect(queue.retry("a", policy: .external) == .seconds(1))
            #expect(queue.failureCount(of: "a") == 2)
            queue.forget("a")
            #expect(queue.failureCount(of: "a") == 0)
        }
    }

    @Test func `shutdown releases waiting workers`() async throws {
        let queue = queue()
        let ended = Journal<Bool>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { ended.append(await queue.next() == nil) } }
            queue.shutDown()
            try await ended.wait(count: 4)
            try await group.waitForAll()
        }
        #expect(ended.entries == [true, true, true, true])
        queue.add("a")
        #expect(await queue.next() == nil)
    }

    @Test func `shutdown ends the timer`() async throws {
        let queue = queue()
        try await withDeadline {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await queue.run() }
                queue.add("a", after: .seconds(5))
                queue.shutDown()
                try await group.waitForAll()
            }
        }
        #expect(queue.delayedCount == 0)
    }

    @Test func `drained waits for the work in progress`() async throws {
        let queue = queue()
        queue.add("a")
        queue.add("b")
        let item = try #require(await queue.next())
        queue.shutDown()
        #expect(queue.count == 0)
        let drained = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await queue.drained()
                drained.open()
            }
            #expect(!drained.isOpen)
            queue.done(item.key)
            try await drained.wait()
            try await group.waitForAll()
        }
        try await withDeadline { await queue.drained() }
    }

    // MARK: - Metrics

    @Test func `series exist at zero from the start`() throws {
        let metrics = TestMetrics()
        _ = queue(metrics)
        let labels = [("name", "grants"), ("controller", "grants")]
        #expect(try metrics.expectCounter("workqueue_adds_total", labels).totalValue == 0)
        #expect(try metrics.expectCounter("workqueue_retries_total", labels).totalValue == 0)
        for priority in ["revocation", "change", "resync"] {
            let meter = try metrics.expectMeter("workqueue_depth", labels + [("priority", priority)])
            #expect(meter.lastValue == 0)
        }
    }

    @Test func `depth follows every way in and out`() async throws {
        let metrics = TestMetrics()
        let queue = queue(metrics)
        let labels = [("name", "grants"), ("controller", "grants")]
        let changes = try metrics.expectMeter("workqueue_depth", labels + [("priority", "change")])
        let revocations = try metrics.expectMeter("workqueue_depth", labels + [("priority", "revocation")])
        queue.add("a")
        queue.add("b")
        queue.add("b")
        #expect(changes.lastValue == 2)
        queue.add("b", priority: .revocation)
        #expect(changes.lastValue == 1)
        #expect(revocations.lastValue == 1)
        let first = try #require(await queue.next())
        #expect(first.key == "b")
        #expect(revocations.lastValue == 0)
        queue.add("b")
        #expect(changes.lastValue == 1)
        queue.done("b")
        #expect(changes.lastValue == 2)
        queue.shutDown()
        #expect(changes.lastValue == 0)
        #expect(try metrics.expectCounter("workqueue_adds_total", labels).totalValue == 3)
    }

    @Test func `durations are recorded in full`() async throws {
        let metrics = TestMetrics()
        let queue = queue(metrics)
        let labels = [("name", "grants"), ("controller", "grants")]
        queue.add("a")
        clock.advance(by: .milliseconds(1_500))
        _ = await queue.next()
        clock.advance(by: .seconds(3))
        queue.done("a")
        let waited = try metrics.expectTimer("workqueue_queue_duration_seconds", labels)
        let worked = try metrics.expectTimer("workqueue_work_duration_seconds", labels)
        #expect(waited.values == [1_500_000_000])
        #expect(worked.values == [3_000_000_000])
        #expect(waited.displayUnit == .seconds)
        queue.retry("a")
        #expect(try metrics.expectCounter("workqueue_retries_total", labels).totalValue == 1)
    }

    // MARK: - Many workers

    @Test func `many workers never share a key and lose no change`() async throws {
        let queue = WorkQueue<Int>(name: "stress")
        let state = Ledger()
        let keys = 50
        try await withDeadline(.seconds(60)) {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        while let item = await queue.next() {
                            let version = state.withLock { state -> Int in
                                if !state.running.insert(item.key).inserted { state.shared += 1 }
                                return state.version[item.key] ?? -1
                            }
                            await Task.yield()
                            state.withLock { state in
                                state.seen[item.key] = version
                                state.running.remove(item.key)
                            }
                            queue.done(item.key)
                        }
                    }
                }
                await withTaskGroup(of: Void.self) { producers in
                    for producer in 0..<4 {
                        producers.addTask {
                            for step in 0..<2_000 {
                                let key = (step * 7 + producer * 13) % keys
                                state.withLock { $0.version[key, default: 0] += 1 }
                                queue.add(key, priority: WorkPriority.allCases[step % 3])
                                if step.isMultiple(of: 50) { await Task.yield() }
                            }
                        }
                    }
                }
                while state.withLock({ $0.seen != $0.version }) { await Task.yield() }
                queue.shutDown()
            }
        }
        let outcome = state.withLock { (shared: $0.shared, seen: $0.seen, version: $0.version) }
        #expect(outcome.shared == 0)
        #expect(outcome.seen == outcome.version)
        #expect(queue.inProgressCount == 0)
    }

    /// Runs the queue's timer around a body.
    private func running(_ queue: WorkQueue<String>, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await queue.run() }
            try await body()
            group.cancelAll()
        }
    }
}

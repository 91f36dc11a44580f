// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeClient
import KubeCore
import Logging
import Metrics
import MetricsTestKit
import ServiceLifecycleTestKit
import Synchronization
import TestKit
import Testing

@testable import KubeController

struct EventRecorderTests {
    /// A sink that notes what it is given, and fails as told.
    private final class Sink: EventSink {
        let writes = Journal<String>()
        let failure = Mutex<KubeError?>(nil)
        /// What creations wait for.
        let gate = Mutex<Gate?>(nil)

        func create(_ event: JSONValue, in namespace: String) async throws {
            writes.append("create \(event["note"]?.string ?? "")")
            try await gate.withLock { $0 }?.wait()
            if let error = failure.withLock({ $0 }) { throw error }
        }

        func patch(_ name: NamespacedName, _ patch: JSONValue) async throws {
            writes.append("patch \(patch["series"]?["count"]?.integer ?? 0)")
            if let error = failure.withLock({ $0 }) { throw error }
        }
    }

    private let clock = ManualClock()
    private let sink = Sink()
    private let logs = LogCapture()
    private let metrics = TestMetrics()

    private func recorder(_ change: (inout EventRecorderConfiguration) -> Void = { _ in }) -> EventRecorder {
        var configuration = EventRecorderConfiguration(reportingController: "c", reportingInstance: "i")
        change(&configuration)
        return EventRecorder(
            configuration,
            sink: sink,
            clock: clock,
            now: { Date(timeIntervalSince1970: 1_800_000_000) },
            metrics: metrics,
            logger: logs.logger
        )
    }

    private func event(_ note: String) -> ObjectEvent {
        ObjectEvent(
            regarding: ObjectEvent.Reference(.configMaps, NamespacedName(namespace: "n", name: "x"), uid: "u"),
            reason: "Granted",
            action: "Grant",
            note: note
        )
    }

    private func count(_ result: String) throws -> Int64 {
        try metrics.expectCounter("event_recorder_events_total", [("result", result)]).totalValue
    }

    @Test func `events are written and their series later`() async throws {
        let recorder = recorder()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            recorder.record(event("a"))
            try await sink.writes.wait(count: 1)
            recorder.record(event("a"))
            try await clock.sleeper(for: .seconds(30))
            clock.advance(by: .seconds(30))
            #expect(try await sink.writes.wait(count: 2) == ["create a", "patch 2"])
            group.cancelAll()
        }
    }

    @Test func `a slow write holds up no other one`() async throws {
        sink.gate.withLock { $0 = Gate() }
        let recorder = recorder { $0.maximumWrites = 3 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            for note in ["a", "b", "c", "d"] { recorder.record(event(note)) }
            let begun = try await sink.writes.wait(count: 3)
            #expect(Set(begun) == ["create a", "create b", "create c"])
            #expect(try count("written") == 0)
            sink.gate.withLock { $0 }?.open()
            #expect(try await sink.writes.wait(count: 4).last == "create d")
            group.cancelAll()
        }
    }

    @Test func `drops are counted and hold nobody up`() throws {
        let recorder = recorder { $0.capacity = 2 }
        for index in 0..<5 { recorder.record(event("\(index)")) }
        #expect(try count("dropped") == 3)
        #expect(sink.writes.count == 0)
    }

    @Test func `a refusal is one warning however often it happens`() async throws {
        let recorder = recorder()
        sink.failure.withLock { $0 = KubeError(.forbidden, "cannot create events: forbidden") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            for index in 0..<3 { recorder.record(event("\(index)")) }
            try await sink.writes.wait(count: 3)
            try await logs.wait { !$0.isEmpty }
            group.cancelAll()
        }
        #expect(logs.lines(at: .warning).count == 1)
        #expect(logs.lines(at: .error).isEmpty)
        #expect(try count("failed") == 3)
    }

    /// Shuts a recorder down that has begun to write an event, and waits for its end.
    ///
    /// - Parameters:
    ///   - recorder: Begins with the event `a`.
    ///   - before: What happens while the event is being written.
    ///   - after: What happens once shutdown has begun.
    /// - Throws: What the closures throw, or `DeadlineExceeded`.
    private func shutDown(
        _ recorder: EventRecorder,
        before: @escaping @Sendable () -> Void = {},
        after: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        try await withDeadline {
            try await testGracefulShutdown { trigger in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await recorder.run() }
                    recorder.record(event("a"))
                    try await sink.writes.wait(count: 1)
                    before()
                    trigger.triggerGracefulShutdown()
                    try await after()
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func `graceful shutdown writes what is left`() async throws {
        let recorder = recorder()
        try await shutDown(recorder, before: { recorder.record(event("a")) })
        #expect(sink.writes.entries.last == "patch 2")
    }

    @Test func `graceful shutdown lets a write end that is under way`() async throws {
        let gate = Gate()
        sink.gate.withLock { $0 = gate }
        try await shutDown(
            recorder(),
            after: {
                _ = try await clock.sleeper(for: .seconds(5))
                gate.open()
            }
        )
        #expect(sink.writes.entries == ["create a"])
        #expect(try count("written") == 1)
    }

    @Test func `graceful shutdown waits for no write longer than its deadline`() async throws {
        sink.gate.withLock { $0 = Gate() }
        try await shutDown(
            recorder(),
            after: {
                _ = try await clock.sleeper(for: .seconds(5))
                clock.advance(by: .seconds(5))
            }
        )
        #expect(try count("written") == 0)
    }
}

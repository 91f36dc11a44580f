// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Logging
import TestKit
import Testing

@testable import KubeController

struct WatcherTests {
    private let clock = ManualClock()
    private let source = ScriptedSource()
    private let events = Journal<String>()
    private let logs = LogCapture()

    private func watcher(streams: Bool = false) -> Watcher<ScriptedSource> {
        var configuration = WatcherConfiguration()
        configuration.streamsLists = streams
        return Watcher(source, configuration: configuration, clock: clock, jitter: { 0 }, logger: logs.logger)
    }

    private func running(_ watcher: Watcher<ScriptedSource>, _ body: () async throws -> Void) async throws {
        let events = events
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await watcher.run { events.append(describe($0)) }
            }
            try await body()
            group.cancelAll()
        }
    }

    @Test func `list and watch come out as one story`() async throws {
        source.answerList([object("a", "1")], at: "5", continueToken: "more")
        source.answerList([object("b", "2")], at: "5")
        let watch = source.openWatch()
        try await running(watcher()) {
            watch.yield(.applied(object("a", "6")))
            watch.yield(.bookmark(resourceVersion: "7", endsInitialEvents: false))
            watch.yield(.ignored)
            watch.yield(.deleted(key("b"), resourceVersion: "8"))
            try await events.wait(count: 6)
        }
        #expect(
            events.entries == [
                "restarted", "listed a@1=x", "listed b@2=x", "synced 5", "applied a@6=x", "deleted b@8",
            ]
        )
        #expect(source.calls.entries == ["list limit=500", "list limit=500 continue=more", "watch version=5"])
    }

    @Test func `a streamed list comes out as the same story`() async throws {
        let watch = source.openWatch()
        try await running(watcher(streams: true)) {
            watch.yield(.applied(object("a", "1")))
            watch.yield(.bookmark(resourceVersion: "5", endsInitialEvents: true))
            watch.yield(.applied(object("a", "6")))
            try await events.wait(count: 4)
        }
        #expect(events.entries == ["restarted", "listed a@1=x", "synced 5", "applied a@6=x"])
        #expect(source.calls.entries == ["watch initial NotOlderThan"])
    }

    @Test func `after a break the watch goes on where it was`() async throws {
        source.answerList(at: "5")
        let first = source.openWatch()
        let second = source.openWatch()
        try await running(watcher()) {
            first.yield(.applied(object("a", "6")))
            try await events.wait(count: 4)
            first.finish(throwing: Faults.unreachable)
            try await clock.sleeper(for: .milliseconds(800))
            clock.advance(by: .milliseconds(800))
            second.yield(.applied(object("a", "7")))
            try await events.wait(count: 5)
        }
        #expect(source.calls.entries == ["list limit=500", "watch version=5", "watch version=6"])
    }

    @Test func `an expired watch is followed by a list`() async throws {
        source.answerList(at: "5")
        source.failWatch(Faults.expired)
        source.answerList([object("b", "30")], at: "31")
        _ = source.openWatch()
        try await running(watcher()) {
            try await clock.sleeper(for: .milliseconds(800))
            clock.advance(by: .milliseconds(800))
            try await events.wait { $0.last == "synced 31" }
        }
        #expect(events.entries == ["restarted", "listed ", "synced 5", "restarted", "listed b@30=x", "synced 31"])
    }

    @Test func `a missing end mark is waited for no longer than the silence allows`() async throws {
        let watch = source.openWatch()
        source.answerList([object("a", "1")], at: "5")
        try await running(watcher(streams: true)) {
            watch.yield(.applied(object("a", "1")))
            try await events.wait(count: 2)
            try await clock.sleeper(for: .seconds(10))
            clock.advance(by: .seconds(10))
            try await events.wait { $0.last == "synced 5" }
        }
        #expect(source.calls.entries.prefix(2) == ["watch initial NotOlderThan", "list limit=500"])
        #expect(events.entries == ["restarted", "listed a@1=x", "restarted", "listed a@1=x", "synced 5"])
    }

    @Test func `a half-open watch is ended a little after its time-out`() async throws {
        source.answerList(at: "5")
        _ = source.openWatch()
        let second = source.openWatch()
        let watcher = watcher()
        try await running(watcher) {
            try await clock.sleeper(for: .seconds(315))
            clock.advance(by: .seconds(315))
            try await clock.sleeper(for: .milliseconds(800))
            #expect(watcher.health.reason == "IdleDeadline")
            clock.advance(by: .milliseconds(800))
            second.yield(.applied(object("a", "6")))
            try await events.wait { $0.last == "applied a@6=x" }
            #expect(watcher.health.failingFor == nil)
        }
    }

    @Test func `an object that cannot be read does not stop the watch`() async throws {
        source.answerList([unreadable("bad", "1"), object("good", "2")], at: "5")
        let watch = source.openWatch()
        try await running(watcher()) {
            watch.yield(.applied(unreadable("worse", "6")))
            watch.yield(.applied(object("good", "7")))
            try await events.wait(count: 5)
        }
        #expect(
            events.entries.suffix(4) == ["listed bad@1! good@2=x", "synced 5", "applied worse@6!", "applied good@7=x"]
        )
    }

    @Test func `a missing CRD is one warning and the watch begins once it is there`() async throws {
        for _ in 0..<3 { source.failList(Faults.noSuchType) }
        source.answerList(at: "5")
        _ = source.openWatch()
        let watcher = watcher()
        try await running(watcher) {
            for milliseconds in [800, 1_600, 3_200] {
                try await clock.sleeper(for: .milliseconds(milliseconds))
                clock.advance(by: .milliseconds(milliseconds))
            }
            try await events.wait { $0.last == "synced 5" }
        }
        #expect(logs.lines(at: .warning).count == 1)
        #expect(logs.lines(at: .warning).first?.metadata["error.code"] == "ResourceTypeUnknown")
        #expect(logs.lines(at: .error).isEmpty)
        #expect(logs.lines.contains { $0.message == "watch works again" })
    }

    @Test func `cancellation ends the watch and only that`() async throws {
        source.answerList(at: "5")
        _ = source.openWatch()
        let watcher = watcher()
        let events = events
        let thrown = Journal<Bool>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await watcher.run { events.append(describe($0)) }
                } catch {
                    thrown.append(error is CancellationError)
                }
            }
            try await events.wait { $0.last == "synced 5" }
            group.cancelAll()
            try await thrown.wait(count: 1)
        }
        #expect(thrown.entries == [true])
    }

    @Test func `the next event is not read before the reader is done`() async throws {
        source.answerList(at: "5")
        let watch = source.openWatch()
        let gate = Gate()
        let begun = Journal<String>()
        let watcher = watcher()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await watcher.run { event in
                    begun.append(describe(event))
                    if case .applied = event { try? await gate.wait() }
                }
            }
            watch.yield(.applied(object("a", "6")))
            watch.yield(.applied(object("b", "7")))
            try await begun.wait { $0.last == "applied a@6=x" }
            for _ in 0..<50 { await Task.yield() }
            #expect(begun.entries.last == "applied a@6=x")
            gate.open()
            try await begun.wait { $0.last == "applied b@7=x" }
            group.cancelAll()
        }
    }
}

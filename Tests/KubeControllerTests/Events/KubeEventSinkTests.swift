// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import FoundationEssentials
import KubeClient
import KubeCore
import Logging
import TestKit
import Testing

@testable import KubeController

/// Events as an API server takes them.
struct KubeEventSinkTests {
    private static let instance = ObjectEvent.Reference(
        .configMaps,
        NamespacedName(namespace: "default", name: "influxdb"),
        uid: "u-1"
    )

    private func withRecorder(
        _ body: @Sendable (EventRecorder, KubeClient, DevAPIServer, LogCapture, ManualClock) async throws -> Void
    ) async throws {
        try await withDevAPIServer { server in
            try await withTestClient(KubeConfiguration(server: try await server.address.url)) { client in
                let (logs, clock) = (LogCapture(), ManualClock())
                let recorder = EventRecorder(
                    EventRecorderConfiguration(
                        reportingController: "grantor.dev/operator",
                        reportingInstance: "grantor"
                    ),
                    sink: KubeEventSink(client: client),
                    clock: clock,
                    now: { Date(timeIntervalSince1970: 1_800_000_000) },
                    logger: logs.logger
                )
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await recorder.run() }
                    try await body(recorder, client, server, logs, clock)
                    group.cancelAll()
                }
            }
        }
    }

    private func eventually(
        _ client: KubeClient,
        _ condition: @escaping @Sendable ([JSONValue]) -> Bool
    ) async throws -> [JSONValue] {
        try await withDeadline {
            while true {
                let events = try await client.list(.events, namespace: "default").items
                if condition(events) { return events }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    @Test func `an event has all that the API asks for, and is found by its object`() async throws {
        try await withRecorder { recorder, client, _, _, _ in
            let note = String(repeating: "é", count: 2_000)
            recorder.record(
                ObjectEvent(.warning, regarding: Self.instance, reason: "Odd", action: "Look", note: note)
            )
            let event = try #require(try await eventually(client) { !$0.isEmpty }.first)
            #expect(event["type"] == "Warning")
            #expect(event["reason"] == "Odd")
            #expect(event["action"] == "Look")
            #expect(event["reportingController"] == "grantor.dev/operator")
            #expect(event["regarding"]?["name"] == "influxdb")
            #expect(event["regarding"]?["uid"] == "u-1")
            let kept = try #require(event["note"]?.string)
            #expect(kept.utf8.count <= 1_024 && kept.hasSuffix("é..."))
            // kubectl describe asks the core group like this.
            let selector = "involvedObject.name=influxdb,involvedObject.uid=u-1"
            let path = "/api/v1/namespaces/default/events?fieldSelector=\(selector.replacing("=", with: "%3D"))"
            let found = try #require(try await client.getRaw(path))
            #expect(found["items"]?.array?.count == 1)
            #expect(found["items"]?[0]?["message"]?.string == kept)
        }
    }

    @Test func `a repetition makes a series of the event that is there`() async throws {
        try await withRecorder { recorder, client, _, _, clock in
            let event = ObjectEvent(regarding: Self.instance, reason: "Again", action: "Do", note: "the same")
            recorder.record(event)
            _ = try await eventually(client) { !$0.isEmpty }
            for _ in 0..<4 { recorder.record(event) }
            try await clock.sleeper(for: .seconds(30))
            clock.advance(by: .seconds(30))
            let events = try await eventually(client) { $0.first?["series"] != nil }
            #expect(events.count == 1)
            #expect(events.first?["series"]?["count"] == 5)
        }
    }

    @Test func `a series whose event was deleted begins anew`() async throws {
        try await withRecorder { recorder, client, _, _, clock in
            let event = ObjectEvent(regarding: Self.instance, reason: "Again", action: "Do", note: "the same")
            recorder.record(event)
            let first = try #require(try await eventually(client) { !$0.isEmpty }.first?["metadata"]?["name"]?.string)
            try await client.delete(.events, NamespacedName(namespace: "default", name: first))
            recorder.record(event)
            try await clock.sleeper(for: .seconds(30))
            clock.advance(by: .seconds(30))
            let events = try await eventually(client) { !$0.isEmpty }
            #expect(events.count == 1)
            #expect(events.first?["note"] == "the same")
        }
    }

    @Test func `events that may not be written are told once, and stop nothing`() async throws {
        try await withRecorder { recorder, _, server, logs, clock in
            let refused = Journal<String>()
            server.obey { attempt in
                guard attempt.resource == "events" else { return nil }
                refused.append(attempt.verb)
                return attempt.forbidden(to: "nobody")
            }
            for index in 0..<5 {
                recorder.record(ObjectEvent(regarding: Self.instance, reason: "R", action: "A", note: "n\(index)"))
            }
            try await refused.wait(count: 5)
            try await logs.wait { $0.contains { $0.level == .warning } }
            #expect(logs.lines(at: .warning).count == 1)
            #expect(logs.lines(at: .error).isEmpty)
            _ = clock
        }
    }
}

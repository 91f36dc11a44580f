// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import NIOCore
import TestKit
import Testing

@testable import KubeClient

struct WatchStreamTests {
    private static func event(_ type: String, _ name: String, padding: Int = 0) -> String {
        let pad = String(repeating: "x", count: padding)
        return #"{"type":"\#(type)","object":{"metadata":{"name":"\#(name)","pad":"\#(pad)"}}}"#
    }

    private static let expired =
        #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"#

    private func collect(
        _ client: KubeClient,
        options: WatchOptions = WatchOptions()
    ) async throws -> (names: [String], failure: KubeError?) {
        try await withDeadline(.seconds(20), "the watch") {
            var names: [String] = []
            do {
                for try await event in client.watch(.configMaps, namespace: "n", options: options) {
                    names.append("\(event.kind.rawValue) \(event.object["metadata"]?["name"]?.string ?? "")")
                }
            } catch let error as KubeError {
                return (names, error)
            }
            return (names, nil)
        }
    }

    @Test func `a watch asks for what its options say`() async throws {
        try await ScriptedServer.withClient(answer: { _ in .lines() }) { client, server async throws in
            var options = WatchOptions(labelSelector: "a=b,c", resourceVersion: "12", timeoutSeconds: 300)
            options.sendInitialEvents = true
            options.resourceVersionMatch = .notOlderThan
            _ = try await collect(client, options: options)
            #expect(
                server.targets == [
                    "/api/v1/namespaces/n/configmaps?watch=true&labelSelector=a%3Db%2Cc&resourceVersion=12"
                        + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&sendInitialEvents=true"
                        + "&timeoutSeconds=300"
                ]
            )
        }
    }

    @Test func `nothing is sent before the first event is asked for, and each iterator asks anew`() async throws {
        try await ScriptedServer.withClient(answer: { _ in .lines(Self.event("ADDED", "a")) }) {
            client,
            server async throws in
            let stream = client.watch(.configMaps)
            #expect(server.requests.count == 0)
            for _ in 0..<2 {
                var iterator = stream.makeAsyncIterator()
                #expect(try await iterator.next()?.object["metadata"]?["name"] == "a")
                #expect(try await iterator.next() == nil)
                #expect(try await iterator.next() == nil)
            }
            #expect(
                server.targets == Array(repeating: "/api/v1/configmaps?watch=true&allowWatchBookmarks=true", count: 2)
            )
        }
    }

    @Test func `events come out alike however the network cuts them`() async throws {
        let text = [
            Self.event("ADDED", "é🙂"), "", Self.event("MODIFIED", "b"), Self.event("BOOKMARK", ""),
            Self.event("DELETED", "c"),
        ]
        .joined(separator: "\n")
        let bytes = Array(text.utf8)
        for size in [1, 7, 64, bytes.count] {
            let steps = stride(from: 0, to: bytes.count, by: size).map {
                ScriptedServer.Step.bytes(Array(bytes[$0..<min($0 + size, bytes.count)]))
            }
            try await ScriptedServer.withClient(answer: { _ in .init(steps: steps) }) { client, _ async throws in
                let (names, failure) = try await collect(client)
                #expect(names == ["ADDED é🙂", "MODIFIED b", "BOOKMARK ", "DELETED c"])
                #expect(failure == nil)
            }
        }
    }

    @Test func `an event of 1.5 MB passes, one larger than the limit does not`() async throws {
        let large = Self.event("ADDED", "large", padding: 1_500_000)
        var options = KubeClient.Options(fieldManager: "t")
        try await ScriptedServer.withClient(options: options, answer: { _ in .lines(large) }) {
            client,
            _ async throws in
            #expect(try await collect(client).names == ["ADDED large"])
        }
        options.maximumEventBytes = 1_000_000
        try await ScriptedServer.withClient(options: options, answer: { _ in .lines(large) }) {
            client,
            _ async throws in
            let (names, failure) = try await collect(client)
            #expect(names.isEmpty)
            #expect(failure?.code == .tooLarge)
        }
    }

    @Test func `an ERROR event ends the watch with its Status`() async throws {
        let answer = ScriptedServer.Response(steps: [
            .text(Self.event("ADDED", "a") + "\n" + Self.expired + "\n"), .hang,
        ])
        try await ScriptedServer.withClient(answer: { _ in answer }) { client, server async throws in
            let (names, failure) = try await collect(client)
            #expect(names == ["ADDED a"])
            #expect(failure?.code == .expired)
            #expect(failure?.status?.message == "too old")
            // The connection is not left open.
            try await server.closed.wait(count: 1)
        }
    }

    @Test func `a refusal to watch is the error of the first event`() async throws {
        try await ScriptedServer.withClient(answer: { _ in .status(410, "Expired", "too old") }) {
            client,
            _ async throws in
            let (names, failure) = try await collect(client)
            #expect(names.isEmpty)
            #expect(failure?.code == .expired)
        }
    }

    @Test(arguments: ["{", "[]", #"{"type":"ADDED"}"#, #"{"type":"ODD","object":{}}"#, #"{"type":"ADDED","object":7}"#])
    func `a line that is no event is an error, not the end`(_ line: String) async throws {
        try await ScriptedServer.withClient(answer: { _ in .lines(Self.event("ADDED", "a"), line) }) {
            client,
            _ async throws in
            let (names, failure) = try await collect(client)
            #expect(names == ["ADDED a"])
            #expect(failure?.code == .invalidResponse)
        }
    }

    @Test func `a connection that breaks off is an error, after the events that came before`() async throws {
        let half = String(Self.event("ADDED", "b").dropLast(5))
        let endings: [[ScriptedServer.Step]] = [[.abort], [.text(half), .abort], [.text(half)]]
        for steps in endings {
            let answer = ScriptedServer.Response(steps: [.text(Self.event("ADDED", "a") + "\n")] + steps)
            try await ScriptedServer.withClient(answer: { _ in answer }) { client, _ async throws in
                let (names, failure) = try await collect(client)
                #expect(names == ["ADDED a"])
                #expect(failure?.code == .unreachable)
            }
        }
    }

    @Test func `silence beyond the idle deadline is an error, and bytes of any kind break it`() async throws {
        let beats = (0..<6).flatMap { _ in [ScriptedServer.Step.text("\n"), .pause(.milliseconds(100))] }
        let answer = ScriptedServer.Response(steps: beats + [.text(Self.event("ADDED", "late") + "\n"), .hang])
        try await ScriptedServer.withClient(answer: { _ in answer }) { client, server async throws in
            let (names, failure) = try await collect(client, options: WatchOptions(idleDeadline: .milliseconds(400)))
            #expect(names == ["ADDED late"])
            #expect(failure?.code == .unreachable)
            #expect(failure?.message.contains("silent") == true)
            try await server.closed.wait(count: 1)
        }
    }

    @Test func `a server that never answers a watch is given up`() async throws {
        var options = KubeClient.Options(fieldManager: "t")
        options.requestTimeout = .milliseconds(200)
        // A listener that accepts and says nothing: the head is never sent.
        try await SilentServer.run { port async throws in
            try await TestHost().withClient(KubeConfiguration(server: "http://127.0.0.1:\(port)"), options: options) {
                let (_, failure) = try await collect($0)
                #expect(failure?.code == .timeout)
                let error = try await #require(throws: KubeError.self) { [client = $0] in
                    try await client.serverVersion()
                }
                #expect(error.code == .timeout)
            }
        }
    }

    @Test func `cancelling ends the watch with a CancellationError and closes the connection`() async throws {
        let answer = ScriptedServer.Response(steps: [.text(Self.event("ADDED", "a") + "\n"), .hang])
        try await ScriptedServer.withClient(answer: { _ in answer }) { client, server async throws in
            let seen = Journal<String>()
            let task = Task {
                for try await event in client.watch(.configMaps) { seen.append(event.kind.rawValue) }
            }
            try await seen.wait(count: 1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await server.closed.wait(count: 1)
        }
    }

    @Test func `leaving the loop closes the connection`() async throws {
        let answer = ScriptedServer.Response(steps: [.text(Self.event("ADDED", "a") + "\n"), .hang])
        try await ScriptedServer.withClient(answer: { _ in answer }) { client, server async throws in
            for try await _ in client.watch(.configMaps) { break }
            try await server.closed.wait(count: 1)
        }
    }

    @Test func `a reader that does not read holds the sender back`() async throws {
        // 64 MiB are far more than sockets and one chunk hold.
        let line = Array((Self.event("ADDED", "a", padding: 1 << 20) + "\n").utf8)
        try await FloodServer.run(line: line, count: 64) { flood async throws in
            try await TestHost().withClient(KubeConfiguration(server: "http://127.0.0.1:\(flood.port)")) {
                client async throws in
                var iterator = client.watch(.configMaps).makeAsyncIterator()
                #expect(try await iterator.next() != nil)
                let before = try await flood.settledCount()
                #expect(before < 32)
                var count = 1
                while try await iterator.next() != nil { count += 1 }
                #expect(count == 64)
            }
        }
    }

    @Test func `a client that is shut down ends its watches and takes no more requests`() async throws {
        let answer = ScriptedServer.Response(steps: [.text(Self.event("ADDED", "a") + "\n"), .hang])
        try await ScriptedServer.withClient(answer: { _ in answer }) { client, _ async throws in
            var iterator = client.watch(.configMaps).makeAsyncIterator()
            _ = try await iterator.next()
            await client.shutdown()
            let failure = try await #require(throws: KubeError.self) { try await iterator.next() }
            #expect(failure.code == .shutDown)
            let error = try await #require(throws: KubeError.self) { try await client.serverVersion() }
            #expect(error.code == .shutDown)
        }
    }
}

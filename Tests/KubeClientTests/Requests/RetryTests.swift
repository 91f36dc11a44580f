// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization
import TestKit
import Testing

@testable import KubeClient

struct RetryTests {
    private static let name = NamespacedName(namespace: "n", name: "x")

    /// Refuses so many times, then answers.
    private static func refusing(
        _ times: Int,
        with refusal: ScriptedServer.Response
    ) -> @Sendable (ScriptedServer.Request) -> ScriptedServer.Response {
        let left = Counter(times)
        return { _ in left.take() ? refusal : .json(#"{"metadata":{}}"#) }
    }

    private final class Counter: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        func take() -> Bool {
            left.withLock {
                $0 -= 1
                return $0 >= 0
            }
        }
    }

    private static func busy(_ code: Int, after: String?) -> ScriptedServer.Response {
        .status(code, code == 429 ? "TooManyRequests" : "", headers: after.map { [("Retry-After", $0)] } ?? [])
    }

    @Test(arguments: [429, 503])
    func `a write is sent again when the server says when`(_ code: Int) async throws {
        let host = TestHost()
        try await ScriptedServer.withClient(host: host, answer: Self.refusing(2, with: Self.busy(code, after: "7"))) {
            client,
            server async throws in
            _ = try await client.create(.configMaps, ["metadata": ["name": "x", "namespace": "n"]])
            #expect(server.requests.count == 3)
            #expect(host.sleeps == [.seconds(7), .seconds(7)])
        }
    }

    @Test(arguments: [500, 502, 504])
    func `a write is not sent again after another failure, a read is`(_ code: Int) async throws {
        let host = TestHost()
        let answer = Self.busy(code, after: "1")
        try await ScriptedServer.withClient(host: host, answer: Self.refusing(1, with: answer)) {
            client,
            server async throws in
            await #expect(throws: KubeError.self) {
                try await client.patch(.configMaps, Self.name, .merge([:]))
            }
            #expect(server.requests.count == 1)
        }
        try await ScriptedServer.withClient(host: host, answer: Self.refusing(1, with: answer)) {
            client,
            server async throws in
            _ = try await client.get(.configMaps, Self.name)
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: [nil, "soon", "-1"])
    func `without a number to wait for nothing is sent again`(_ after: String?) async throws {
        try await ScriptedServer.withClient(answer: Self.refusing(1, with: Self.busy(429, after: after))) {
            client,
            server async throws in
            let error = try await #require(throws: KubeError.self) { try await client.get(.configMaps, Self.name) }
            #expect(error.code == .tooManyRequests)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `the wait and the number of attempts are bounded`() async throws {
        let host = TestHost()
        try await ScriptedServer.withClient(host: host, answer: { _ in Self.busy(429, after: "86400") }) {
            client,
            server async throws in
            let error = try await #require(throws: KubeError.self) { try await client.get(.configMaps, Self.name) }
            #expect(error.code == .tooManyRequests)
            #expect(server.requests.count == 6)
            #expect(host.sleeps == Array(repeating: .seconds(60), count: 5))
        }
    }

    @Test func `a version from the future is reported at once, because waiting is not the cure`() async throws {
        let details = #"{"causes":[{"reason":"ResourceVersionTooLarge","message":"m"}],"retryAfterSeconds":1}"#
        try await ScriptedServer.withClient { _ in
            .status(504, "Timeout", details: details, headers: [("Retry-After", "1")])
        } _: { client, server async throws in
            let error = try await #require(throws: KubeError.self) { try await client.list(.configMaps) }
            #expect(error.code == .resourceVersionTooLarge)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a read is sent again once when the connection is lost, a write never`() async throws {
        let lost = ScriptedServer.Response(steps: [.text(#"{"metadata""#), .abort])
        try await ScriptedServer.withClient(answer: Self.refusing(1, with: lost)) { client, server async throws in
            _ = try await client.get(.configMaps, Self.name)
            #expect(server.requests.count == 2)
        }
        try await ScriptedServer.withClient(answer: { _ in lost }) { client, server async throws in
            let error = try await #require(throws: KubeError.self) { try await client.get(.configMaps, Self.name) }
            #expect(error.code == .unreachable)
            #expect(server.requests.count == 2)
        }
        try await ScriptedServer.withClient(answer: Self.refusing(1, with: lost)) { client, server async throws in
            let error = try await #require(throws: KubeError.self) {
                try await client.update(.configMaps, Self.name, [:])
            }
            #expect(error.code == .unreachable)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `cancelling ends the wait for another attempt`() async throws {
        let host = TestHost()
        try await ScriptedServer.withClient(host: host, answer: { _ in Self.busy(429, after: "1") }) {
            client,
            _ async throws in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.get(.configMaps, Self.name)
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}

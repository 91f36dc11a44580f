// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization
import TestKit
import Testing

@testable import KubeClient

/// What a client does that may not write at any time.
struct WriteLimitTests {
    private static let name = NamespacedName(namespace: "n", name: "x")

    /// Leave to write, that a test gives and takes.
    private final class Leave: Sendable {
        private let limit: Mutex<Duration?>
        private let isOnce: Bool

        /// Creates leave; when it is for once, it ends with the first question.
        init(_ limit: Duration?, once isOnce: Bool = false) {
            self.limit = Mutex(limit)
            self.isOnce = isOnce
        }

        var options: KubeClient.Options {
            var options = KubeClient.Options(fieldManager: "tester")
            options.writeLimit = {
                self.limit.withLock { limit in
                    defer { if self.isOnce { limit = nil } }
                    return limit
                }
            }
            return options
        }

        func end() { limit.withLock { $0 = nil } }
    }

    @Test func `without leave nothing is written, and everything may be read`() async throws {
        let leave = Leave(nil)
        try await ScriptedServer.withClient(options: leave.options, answer: { _ in .json(#"{"metadata":{}}"#) }) {
            client,
            server async throws in
            let object: JSONValue = ["metadata": ["name": "x", "namespace": "n"]]
            let writes: [() async throws -> Void] = [
                { _ = try await client.create(.configMaps, object) },
                { _ = try await client.update(.configMaps, Self.name, object) },
                { _ = try await client.patch(.configMaps, Self.name, .merge([:])) },
                { _ = try await client.delete(.configMaps, Self.name) },
            ]
            for write in writes {
                let error = try await #require(throws: KubeError.self) { try await write() }
                #expect(error.code == .notLeading)
            }
            #expect(server.requests.count == 0)
            _ = try await client.get(.configMaps, Self.name)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `leave is asked for again before a request is sent again`() async throws {
        let leave = Leave(.seconds(20))
        let busy = ScriptedServer.Response.status(429, "TooManyRequests", headers: [("Retry-After", "1")])
        try await ScriptedServer.withClient(
            options: leave.options,
            answer: { _ in
                leave.end()
                return busy
            }
        ) {
            client,
            server async throws in
            let error = try await #require(throws: KubeError.self) {
                try await client.patch(.configMaps, Self.name, .merge([:]))
            }
            // When the answer overtakes the end of the request, the fence closes the connection first.
            #expect([.notLeading, .unreachable].contains(error.code))
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a write ends within its limit`() async throws {
        let leave = Leave(.milliseconds(50))
        try await ScriptedServer.withClient(options: leave.options, answer: { _ in .init(steps: [.hang]) }) {
            client,
            _ async throws in
            let error = try await #require(throws: KubeError.self) {
                try await client.patch(.configMaps, Self.name, .merge([:]))
            }
            #expect(error.code == .timeout)
        }
    }

    /// As for a process that was stopped between the question and the sending.
    @Test func `leave that ends before the bytes go out keeps them in`() async throws {
        // The first question comes before the request is handed over, the second next to the socket.
        let leave = Leave(.seconds(20), once: true)
        try await ScriptedServer.withClient(options: leave.options, answer: { _ in .json(#"{"metadata":{}}"#) }) {
            client,
            server async throws in
            let error = try await #require(throws: KubeError.self) {
                try await client.patch(.configMaps, Self.name, .merge([:]))
            }
            #expect(error.code == .notLeading)
            #expect(server.requests.count == 0)
        }
    }

    /// Between the question and the socket of a real cluster lies the encryption.
    @Test func `leave that ends before the bytes go out keeps them in over TLS, too`() async throws {
        let authority = try TestAuthority()
        let context = try authority.server(try authority.issue("server", loopback: true))
        try await ScriptedServer.run(tls: context, answer: { _ in .json(#"{"metadata":{}}"#) }) { server async throws in
            var configuration = KubeConfiguration(server: "https://127.0.0.1:\(server.port)")
            configuration.certificateAuthority = .data(Secret(authority.certificate))
            let leave = Leave(.seconds(20), once: true)
            try await TestHost().withClient(configuration, options: leave.options) { client async throws in
                let error = try await #require(throws: KubeError.self) {
                    try await client.patch(.configMaps, Self.name, .merge([:]))
                }
                #expect(error.code == .notLeading)
                #expect(server.requests.count == 0)
            }
            let other = Leave(.seconds(20))
            try await TestHost().withClient(configuration, options: other.options) { client async throws in
                _ = try await client.patch(.configMaps, Self.name, .merge([:]))
            }
            #expect(server.requests.count == 1)
        }
    }
}

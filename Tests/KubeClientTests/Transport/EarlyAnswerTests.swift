// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization
import TestKit
import Testing

@testable import KubeClient

/// Answers that come before the request is sent in full, from servers that close the connection right after.
struct EarlyAnswerTests {
    /// One kind of early answer.
    struct Case: Sendable, CustomTestStringConvertible {
        var status: String
        var bodyBytes: Int
        var haste = HastyServer.Haste.body
        var requests: Int

        var testDescription: String { "\(status) to \(bodyBytes) bytes after the \(haste)" }
    }

    /// How many requests are under way at a time.
    private static let concurrency = 16

    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            Case(status: "201 Created", bodyBytes: 200, requests: 3_000),
            Case(status: "201 Created", bodyBytes: 200, haste: .head, requests: 1_000),
            Case(status: "200 OK", bodyBytes: 300_000, requests: 300),
            Case(status: "429 Too Many Requests", bodyBytes: 200, requests: 1_000),
            Case(status: "503 Service Unavailable", bodyBytes: 300_000, haste: .head, requests: 300),
            Case(status: "200 OK", bodyBytes: 200, haste: .connection, requests: 1_000),
        ]
    )
    func `an early answer and a closed connection cost a request at most, never the process`(
        _ sample: Case
    ) async throws {
        try await HastyServer.run(status: sample.status, haste: sample.haste) { server in
            var configuration = KubeConfiguration(server: "http://127.0.0.1:\(server.port)")
            configuration.origin = "test"
            let object: JSONValue = [
                "metadata": ["name": "x", "namespace": "n"],
                "data": ["k": .string(String(repeating: "x", count: sample.bodyBytes))],
            ]
            try await TestHost().withClient(configuration) { client in
                let outcomes = try await Self.outcomes(of: sample.requests) {
                    _ = try await client.create(.configMaps, object)
                }
                // Each request comes to an end; which, is decided by what of the answer was there before the close.
                #expect(outcomes.values.reduce(0, +) == sample.requests)
                let allowed: Set<KubeError.Code?> = [
                    nil, .unreachable, .tooManyRequests, .serviceUnavailable, .invalidResponse,
                ]
                #expect(allowed.isSuperset(of: outcomes.keys), "\(outcomes)")
                #expect(server.count > sample.requests / 2, "the server answered \(server.count)")
            }
        }
    }

    /// How many requests came to which end; `nil` stands for success.
    private static func outcomes(
        of count: Int,
        _ request: @Sendable @escaping () async throws -> Void
    ) async throws -> [KubeError.Code?: Int] {
        try await withThrowingTaskGroup(of: KubeError.Code?.self) { group in
            var outcomes: [KubeError.Code?: Int] = [:]
            for index in 0..<count {
                if index >= concurrency, let outcome = try await group.next() { outcomes[outcome, default: 0] += 1 }
                group.addTask {
                    do {
                        try await request()
                        return nil
                    } catch let error as KubeError {
                        return error.code
                    }
                }
            }
            for try await outcome in group { outcomes[outcome, default: 0] += 1 }
            return outcomes
        }
    }
}

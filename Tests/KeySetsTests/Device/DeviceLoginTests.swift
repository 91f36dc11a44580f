// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TestKit
import Testing

@testable import KeySets

/// The grant on a clock that a test moves.
struct DeviceLoginTests {
    /// A provider that answers as told, in order; the last answer for ever.
    private final class ScriptedExchange: DeviceExchange {
        let authorization: DeviceAuthorization
        let asked = Mutex<[Duration]>([])
        private let answers: Mutex<[PollAnswer]>
        private let clock: ManualClock

        init(_ answers: [PollAnswer], expiresIn: Duration = .seconds(60), clock: ManualClock) {
            authorization = DeviceAuthorization(
                deviceCode: "d",
                userCode: "BCDF-GHJK",
                verificationURI: "https://idp.example.com/device",
                expiresIn: expiresIn
            )
            self.answers = Mutex(answers)
            self.clock = clock
        }

        func authorize(_ request: DeviceRequest) async throws -> DeviceAuthorization { authorization }

        func poll(_ authorization: DeviceAuthorization, for request: DeviceRequest) async throws -> PollAnswer {
            asked.withLock { $0.append(clock.now.offset) }
            return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }
    }

    private static let tokens = PollAnswer.tokens(TokenAnswer(accessToken: "a", idToken: "i"))

    private func run(
        _ exchange: ScriptedExchange,
        _ clock: ManualClock,
        sleeps: [Duration]
    ) async throws -> TokenAnswer {
        try await withThrowingTaskGroup(of: TokenAnswer?.self) { group in
            group.addTask {
                try await DeviceLogin(exchange, clock: clock).tokens(for: DeviceRequest(clientID: "c")) { _ in }
            }
            group.addTask {
                for sleep in sleeps {
                    try await clock.sleeper(for: sleep)
                    clock.advance(by: sleep)
                }
                return nil
            }
            var result: TokenAnswer?
            while let outcome = try await group.next() { result = outcome ?? result }
            return try #require(result)
        }
    }

    @Test func `tokens come after the pauses that the answers ask for`() async throws {
        let clock = ManualClock()
        let exchange = ScriptedExchange([.pending, .slowDown, .pending, Self.tokens], clock: clock)
        let answer = try await run(exchange, clock, sleeps: [5, 5, 10, 10].map { .seconds($0) })
        #expect(answer.accessToken == "a")
        #expect(exchange.asked.withLock { $0 } == [5, 10, 20, 30].map { .seconds($0) })
    }

    @Test func `nobody who enters the code ends with expiry`() async throws {
        let clock = ManualClock()
        let exchange = ScriptedExchange([.pending], expiresIn: .seconds(12), clock: clock)
        let error = try await #require(throws: DeviceGrantError.self) {
            _ = try await run(exchange, clock, sleeps: [5, 5, 2].map { .seconds($0) })
        }
        #expect(error.code == .expired)
    }

    @Test func `connection failures are retried ever more slowly`() async throws {
        let clock = ManualClock()
        let failure = PollAnswer.unavailable(DeviceGrantError(.unreachable, "cannot reach the provider: test"))
        let exchange = ScriptedExchange([failure, failure, Self.tokens], clock: clock)
        _ = try await run(exchange, clock, sleeps: [5, 10, 20].map { .seconds($0) })
    }

    @Test func `cancelling ends a pause at once`() async throws {
        let clock = ManualClock()
        let exchange = ScriptedExchange([.pending], clock: clock)
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await DeviceLogin(exchange, clock: clock).tokens(for: DeviceRequest(clientID: "c")) { _ in }
                }
                try await clock.sleepers(1)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(exchange.asked.withLock { $0 }.isEmpty)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubeController

struct BackoffTests {
    private final class Rig {
        private var backoff = Backoff()

        func next(now: Duration, jitter: Double) -> Duration { backoff.next(now: now, jitter: jitter) }
    }

    @Test func `waits double from 0.8 s to 30 s`() {
        let backoff = Rig()
        let waits = (0..<8).map { _ in backoff.next(now: .zero, jitter: 0) }
        #expect(
            waits == [
                .milliseconds(800), .milliseconds(1_600), .milliseconds(3_200), .milliseconds(6_400),
                .milliseconds(12_800), .milliseconds(25_600), .seconds(30), .seconds(30),
            ]
        )
    }

    @Test func `jitter stretches a wait by up to its own length`() {
        let backoff = Rig()
        #expect(backoff.next(now: .zero, jitter: 0.5) == .milliseconds(1_200))
        #expect(backoff.next(now: .zero, jitter: 1) == .milliseconds(3_200))
        #expect(backoff.next(now: .zero, jitter: 0) == .milliseconds(3_200))
    }

    @Test func `more than two minutes without failure start over`() {
        let backoff = Rig()
        for _ in 0..<5 { _ = backoff.next(now: .zero, jitter: 0) }
        #expect(backoff.next(now: .seconds(120), jitter: 0) == .milliseconds(25_600))
        #expect(backoff.next(now: .seconds(241), jitter: 0) == .milliseconds(800))
    }
}

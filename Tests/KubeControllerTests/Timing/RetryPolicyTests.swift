// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubeController

struct RetryPolicyTests {
    @Test func `the wait for the API doubles from 50 ms to 30 s`() {
        let delays = (1...12).map { RetryPolicy.api.delay(afterFailures: $0, random: 0.9) }
        #expect(delays.prefix(4) == [.milliseconds(50), .milliseconds(100), .milliseconds(200), .milliseconds(400)])
        #expect(delays[9] == .milliseconds(25_600))
        #expect(delays[10] == .seconds(30))
        #expect(delays[11] == .seconds(30))
    }

    @Test func `full jitter spreads the wait for outside services over its whole length`() {
        #expect(RetryPolicy.external.delay(afterFailures: 1, random: 0) == .zero)
        #expect(RetryPolicy.external.delay(afterFailures: 1, random: 0.5) == .milliseconds(500))
        #expect(RetryPolicy.external.delay(afterFailures: 4, random: 0.25) == .seconds(2))
        #expect(RetryPolicy.external.delay(afterFailures: 20, random: 0.5) == .seconds(150))
    }

    @Test(arguments: [0, -5, 1])
    func `no count before the second failure makes the wait longer`(failures: Int) {
        #expect(RetryPolicy.api.delay(afterFailures: failures, random: 0) == .milliseconds(50))
    }

    @Test func `no number of failures overflows`() {
        let policy = RetryPolicy(initial: .seconds(1), maximum: .seconds(1 << 50))
        #expect(policy.delay(afterFailures: .max, random: 0) <= policy.maximum)
        #expect(RetryPolicy.api.delay(afterFailures: .max, random: 0) == .seconds(30))
    }

    @Test func `no time to wait stays no time to wait`() {
        let policy = RetryPolicy(initial: .zero, maximum: .seconds(1))
        #expect(policy.delay(afterFailures: 100, random: 0) == .zero)
    }
}

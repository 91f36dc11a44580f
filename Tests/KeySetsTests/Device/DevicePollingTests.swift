// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KeySets

/// RFC 8628, 3.5, without a clock.
struct DevicePollingTests {
    private static let failure = DeviceGrantError(.unreachable, "cannot reach the provider: test")

    private func times(
        _ answers: [PollAnswer],
        interval: Duration = .seconds(5),
        expiresIn: Duration = .seconds(600)
    ) -> (asked: [Duration], end: DevicePolling.Step?) {
        var polling = DevicePolling(interval: interval, expiresIn: expiresIn)
        var asked: [Duration] = []
        var step = polling.first
        for answer in answers {
            guard case .ask(let time) = step else { return (asked, step) }
            asked.append(time)
            step = polling.step(after: answer, at: time)
        }
        if case .ask = step { return (asked, nil) }
        return (asked, step)
    }

    @Test func `while pending, the interval is kept`() {
        let seconds = times([.pending, .pending, .pending]).asked
        #expect(seconds == [.seconds(5), .seconds(10), .seconds(15)])
    }

    @Test func `each slow_down adds five seconds for good`() {
        let seconds = times([.pending, .slowDown, .pending, .slowDown, .pending, .pending]).asked
        #expect(seconds == [5, 10, 20, 30, 45, 60].map { .seconds($0) })
    }

    @Test func `failures to connect double the pause, up to a minute, and an answer ends that`() {
        let failure = PollAnswer.unavailable(Self.failure)
        let seconds = times([failure, failure, failure, failure, failure, .pending, .pending]).asked
        #expect(seconds == [5, 15, 35, 75, 135, 195, 200].map { .seconds($0) })
    }

    @Test func `an interval above a minute is kept when the provider cannot be reached`() {
        let seconds = times([.unavailable(Self.failure), .pending], interval: .seconds(90)).asked
        #expect(seconds == [.seconds(90), .seconds(180)])
    }

    @Test func `tokens end it, and so does every other answer`() throws {
        guard case .finish? = times([.pending, .tokens(TokenAnswer(accessToken: "a", idToken: nil))]).end else {
            Issue.record("no tokens")
            return
        }
        let denied = DeviceGrantError(.denied, "cannot log in: access was denied")
        guard case .fail(let error)? = times([.failed(denied)]).end else {
            Issue.record("no end")
            return
        }
        #expect(error.code == .denied)
    }

    @Test func `the last request is at the very end, and then the code has expired`() {
        let result = times([.pending, .pending, .pending, .pending], expiresIn: .seconds(12))
        #expect(result.asked == [5, 10, 12].map { .seconds($0) })
        guard case .fail(let error)? = result.end else {
            Issue.record("no end")
            return
        }
        #expect(error.code == .expired)
    }

    @Test func `a provider that cannot be reached until the end is told as such`() {
        let result = times([.unavailable(Self.failure), .unavailable(Self.failure)], expiresIn: .seconds(12))
        guard case .fail(let error)? = result.end else {
            Issue.record("no end")
            return
        }
        #expect(error.code == .unreachable)
    }

    @Test func `an interval longer than the life of the code asks once, at its end`() {
        #expect(times([.pending], interval: .seconds(300), expiresIn: .seconds(10)).asked == [.seconds(10)])
    }
}

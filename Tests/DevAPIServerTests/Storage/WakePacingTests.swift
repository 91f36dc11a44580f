// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DevAPIServer

struct WakePacingTests {
    @Test func `few waiters are woken for each change`() {
        var pacing = WakePacing<String>()
        for step in 0..<10 {
            #expect(pacing.decide("a", waiters: 32, at: .microseconds(step)) == .wakeNow)
        }
        #expect(pacing.earliest == nil)
    }

    @Test func `many waiters are woken at once, and then at a distance`() {
        var pacing = WakePacing<String>()
        #expect(pacing.decide("a", waiters: 500, at: .zero) == .wakeNow)
        #expect(pacing.decide("a", waiters: 400, at: .milliseconds(1)) == .wakeLater(isNew: true))
        #expect(pacing.decide("a", waiters: 400, at: .milliseconds(2)) == .wakeLater(isNew: false))
        #expect(pacing.decide("b", waiters: 400, at: .milliseconds(2)) == .wakeNow)
        #expect(pacing.earliest == .milliseconds(10))
        #expect(pacing.takeDue(at: .milliseconds(9)).isEmpty)
        #expect(pacing.takeDue(at: .milliseconds(10)) == ["a"])
        #expect(pacing.earliest == nil)
        #expect(pacing.decide("a", waiters: 500, at: .milliseconds(12)) == .wakeLater(isNew: true))
        #expect(pacing.decide("a", waiters: 500, at: .milliseconds(30)) == .wakeNow)
        // The timer has not come yet, and must not forget whom the change at 12 concerned.
        #expect(pacing.takeDue(at: .milliseconds(31)) == ["a"])
    }

    @Test func `without a timer everybody is woken at once`() {
        var pacing = WakePacing<String>()
        #expect(pacing.decide("a", waiters: 500, at: nil) == .wakeNow)
        #expect(pacing.decide("a", waiters: 500, at: nil) == .wakeNow)
    }
}

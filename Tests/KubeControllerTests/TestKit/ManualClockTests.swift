// Grantor
// SPDX-License-Identifier: Apache-2.0

import TestKit
import Testing

struct ManualClockTests {
    private let clock = ManualClock()

    @Test func `sleepers wake when the clock passes their deadline and not before`() async throws {
        let awake = Journal<Int>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seconds in [3, 1, 2] {
                group.addTask {
                    try await clock.sleep(for: .seconds(seconds))
                    awake.append(seconds)
                }
            }
            try await clock.sleepers(3)
            #expect(clock.remainingSleeps == [.seconds(1), .seconds(2), .seconds(3)])
            clock.advance(by: .seconds(1))
            #expect(try await awake.wait(count: 1) == [1])
            #expect(clock.remainingSleeps == [.seconds(1), .seconds(2)])
            clock.advance(by: .seconds(2))
            try await awake.wait(count: 3)
        }
    }

    @Test func `a deadline that is passed does not sleep`() async throws {
        clock.advance(by: .seconds(5))
        try await clock.sleep(until: ManualClock.Instant(offset: .seconds(5)))
        #expect(clock.remainingSleeps.isEmpty)
    }

    @Test func `cancellation wakes a sleeper with an error`() async throws {
        let errors = Journal<Bool>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await clock.sleep(for: .seconds(1))
                } catch {
                    errors.append(error is CancellationError)
                }
            }
            try await clock.sleepers(1)
            group.cancelAll()
            #expect(try await errors.wait(count: 1) == [true])
        }
        #expect(clock.remainingSleeps.isEmpty)
    }

    @Test func `a wait for what never happens ends with an error`() async throws {
        await #expect(throws: DeadlineExceeded.self) {
            try await clock.sleepers(1, within: .milliseconds(20))
        }
        await #expect(throws: DeadlineExceeded.self) {
            try await Gate().wait(within: .milliseconds(20))
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

struct TimelineTests {
    @Test func `time begins at zero when the line is made`() {
        let clock = ManualClock()
        clock.advance(by: .seconds(5))
        let line = Timeline(clock)
        #expect(line.now == .zero)
        clock.advance(by: .milliseconds(1_500))
        #expect(line.now == .milliseconds(1_500))
    }

    @Test func `a sleep ends at its point of the line, one in the past at once`() async throws {
        let clock = ManualClock()
        let line = Timeline(clock)
        clock.advance(by: .seconds(5))
        try await withDeadline { try await line.sleep(until: .seconds(5)) }
        let ended = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await line.sleep(for: .seconds(2))
                ended.open()
            }
            try await clock.sleeper(for: .seconds(2))
            clock.advance(by: .seconds(1))
            #expect(!ended.isOpen)
            clock.advance(by: .seconds(1))
            try await ended.wait()
            try await group.waitForAll()
        }
        #expect(line.now == .seconds(7))
    }

    @Test func `cancellation ends a sleep with an error`() async {
        let line = Timeline(ManualClock())
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await line.sleep(until: .seconds(1)) }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }
}

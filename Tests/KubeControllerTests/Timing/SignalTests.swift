// Grantor
// SPDX-License-Identifier: Apache-2.0

import TestKit
import Testing

@testable import KubeController

struct SignalTests {
    @Test func `a signal that nobody waits for is kept`() async throws {
        let signal = Signal()
        signal.send()
        try await withDeadline { await signal.wait() }
    }

    @Test func `of many signals that nobody waits for one is kept`() async throws {
        let signal = Signal()
        for _ in 0..<5 { signal.send() }
        await signal.wait()
        let second = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await signal.wait()
                second.open()
            }
            for _ in 0..<20 { await Task.yield() }
            #expect(!second.isOpen)
            signal.send()
            try await second.wait()
            try await group.waitForAll()
        }
    }

    @Test func `cancellation ends a wait`() async throws {
        let signal = Signal()
        try await withDeadline {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await signal.wait() }
                group.cancelAll()
            }
        }
    }

    @Test func `time ends a wait`() async throws {
        let clock = ManualClock()
        let signal = Signal()
        let ended = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await signal.wait(until: .seconds(3), on: Timeline(clock))
                ended.open()
            }
            try await clock.sleeper(for: .seconds(3))
            #expect(!ended.isOpen)
            clock.advance(by: .seconds(3))
            try await ended.wait()
            try await group.waitForAll()
        }
    }
}

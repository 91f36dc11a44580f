// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

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

    @Test func `cancellation uses up no signal and leaves none behind`() async throws {
        let signal = Signal()
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask { await signal.wait() }
        }
        let woken = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await signal.wait()
                woken.open()
            }
            for _ in 0..<20 { await Task.yield() }
            #expect(!woken.isOpen)
            signal.send()
            try await woken.wait()
            try await group.waitForAll()
        }
        signal.send()
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask { await signal.wait() }
        }
        try await withDeadline { await signal.wait() }
    }

    @Test func `a second waiter wakes the first rather than strand it`() async throws {
        let signal = Signal()
        try await withDeadline {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await signal.wait() }
                group.addTask { await signal.wait() }
                await group.next()
                signal.send()
                await group.next()
            }
        }
    }

    @Test func `no signal is lost between many senders and one loop`() async throws {
        let signal = Signal()
        let work = Journal<Int>()
        try await withDeadline {
            await withTaskGroup(of: Void.self) { group in
                for sender in 0..<8 {
                    group.addTask {
                        for index in 0..<250 {
                            work.append(sender * 1_000 + index)
                            signal.send()
                        }
                    }
                }
                group.addTask { while work.entries.count < 2_000 { await signal.wait() } }
            }
        }
        #expect(work.entries.count == 2_000)
    }

    @Test func `without a time only a signal ends the wait`() async throws {
        let clock = ManualClock()
        let signal = Signal()
        let ended = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await signal.wait(until: nil, on: Timeline(clock))
                ended.open()
            }
            clock.advance(by: .seconds(1_000_000))
            for _ in 0..<20 { await Task.yield() }
            #expect(!ended.isOpen)
            signal.send()
            try await ended.wait()
            try await group.waitForAll()
        }
    }
}

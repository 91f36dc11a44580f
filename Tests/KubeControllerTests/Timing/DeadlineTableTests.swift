// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import KubeController

struct DeadlineTableTests {
    private let clock = ManualClock()

    @Test func `a wait ends at its deadline`() async throws {
        let table = DeadlineTable(distance: .seconds(10), timeline: Timeline(clock))
        let passed = Journal<Bool>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await table.run() }
            group.addTask { passed.append(await table.wait()) }
            try await clock.sleeper(for: .seconds(10))
            #expect(passed.count == 0)
            clock.advance(by: .seconds(10))
            #expect(try await passed.wait(count: 1) == [true])
            group.cancelAll()
        }
    }

    @Test func `each wait has its own deadline`() async throws {
        let table = DeadlineTable(distance: .seconds(10), timeline: Timeline(clock))
        let passed = Journal<Int>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await table.run() }
            group.addTask { if await table.wait() { passed.append(1) } }
            try await clock.sleeper(for: .seconds(10))
            clock.advance(by: .seconds(4))
            group.addTask { if await table.wait() { passed.append(2) } }
            while table.waiterCount < 2 { await Task.yield() }
            clock.advance(by: .seconds(6))
            #expect(try await passed.wait(count: 1) == [1])
            try await clock.sleeper(for: .seconds(4))
            clock.advance(by: .seconds(4))
            #expect(try await passed.wait(count: 2) == [1, 2])
            group.cancelAll()
        }
    }

    @Test func `a cancelled wait leaves nothing behind`() async throws {
        let table = DeadlineTable(distance: .seconds(10), timeline: Timeline(clock))
        for _ in 0..<100 {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { await table.wait() }
                group.cancelAll()
                #expect(await group.next() == false)
            }
        }
        #expect(table.waiterCount == 0)
    }

    @Test func `one timer serves all waits`() async throws {
        let table = DeadlineTable(distance: .seconds(10), timeline: Timeline(clock))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await table.run() }
            for _ in 0..<50 { group.addTask { _ = await table.wait() } }
            while table.waiterCount < 50 { await Task.yield() }
            try await clock.sleepers(1)
            #expect(clock.remainingSleeps == [.seconds(10)])
            group.cancelAll()
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

struct PendingTests {
    private struct Failure: Error, Equatable {
        let number: Int
    }

    @Test func `who waits gets the value when there is one`() async throws {
        let pending = Pending<Int>()
        #expect(pending.current == nil)
        async let first = pending.value
        async let second = pending.value
        pending.fulfil(5)
        #expect(try await [first, second] == [5, 5])
        #expect(try await pending.value == 5)
        #expect(pending.current == 5)
    }

    @Test func `who waits is told of a failure`() async throws {
        let pending = Pending<Int>()
        await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await pending.value }
            pending.end(Failure(number: 1))
            await #expect(throws: Failure(number: 1)) { try await group.next() }
        }
        await #expect(throws: Failure(number: 1)) { try await pending.value }
    }

    @Test func `one who stops waiting takes nobody along`() async throws {
        let pending = Pending<Int>()
        async let other = pending.value
        await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await pending.value }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        pending.fulfil(5)
        #expect(try await other == 5)
    }

    @Test func `the first value stays`() async throws {
        let pending = Pending<Int>()
        pending.fulfil(5)
        pending.fulfil(6)
        #expect(try await pending.value == 5)
    }

    @Test func `after the end there is no value any more`() async throws {
        let pending = Pending<Int>()
        pending.fulfil(5)
        pending.end(Failure(number: 1))
        #expect(pending.current == nil)
        pending.fulfil(6)
        await #expect(throws: Failure(number: 1)) { try await pending.value }
        pending.end(Failure(number: 2))
        await #expect(throws: Failure(number: 2)) { try await pending.value }
    }

    @Test func `many waiters, some cancelled, all come to an end`() async throws {
        let pending = Pending<Int>()
        try await withDeadline {
            await withTaskGroup(of: Int?.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        await withTaskGroup(of: Int?.self) { inner in
                            inner.addTask { try? await pending.value }
                            if index.isMultiple(of: 2) { inner.cancelAll() }
                            return await inner.next() ?? nil
                        }
                    }
                }
                group.addTask {
                    await Task.yield()
                    pending.fulfil(7)
                    return 7
                }
                var values: [Int?] = []
                for await value in group { values.append(value) }
                // Half of them can have been cancelled; the others all have the value.
                #expect(values.count == 201)
                #expect(values.compactMap(\.self).allSatisfy { $0 == 7 })
                #expect(values.compactMap(\.self).count >= 101)
            }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import TestKit
import Testing

@testable import KeySets

struct KeySetChangesTests {
    private let feed = ChangeFeed()
    private let first = Endpoint(url: "https://a.example/")
    private let second = Endpoint(url: "https://b.example/")

    private func rest() async -> [Endpoint] {
        var result: [Endpoint] = []
        for await endpoint in KeySetChanges(feed: feed) { result.append(endpoint) }
        return result
    }

    @Test func `an endpoint that changes again before it was read is there once, in the place of the first time`() async
    {
        feed.add([first, second])
        feed.add([first])
        feed.finish()
        #expect(await rest() == [first, second])
    }

    @Test func `an endpoint that changes after it was read is there again`() async {
        feed.add([first])
        #expect(await feed.next() == first)
        feed.add([first])
        feed.finish()
        #expect(await rest() == [first])
    }

    @Test func `the end comes after what was not read, and stays`() async {
        feed.add([second])
        feed.finish()
        #expect(await rest() == [second])
        #expect(await feed.next() == nil)
    }

    @Test func `cancellation ends a wait and loses nothing`() async throws {
        try await withDeadline {
            await withTaskGroup(of: Endpoint?.self) { group in
                group.addTask { await feed.next() }
                group.cancelAll()
                #expect(await group.next() == .some(nil))
            }
            feed.add([first])
            #expect(await feed.next() == first)
        }
    }

    @Test func `who waits is woken by a change`() async throws {
        try await withDeadline {
            async let next = feed.next()
            await Task.yield()
            feed.add([second])
            #expect(await next == second)
        }
    }
}

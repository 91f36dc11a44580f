// Grantor
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeySets
import KubeCore
import TestKit
import Testing

/// The service around the decisions: fetches, waiters, changes and its end.
struct KeySetCacheTests {
    let fetcher = ScriptedFetcher()
    let clock = ManualClock()
    let endpoint = Endpoint(url: "https://idp.example/keys")
    let consumer = NamespacedName(namespace: "a", name: "influxdb")

    private func makeCache() -> KeySetCache {
        KeySetCache(
            fetcher: fetcher,
            clock: clock,
            date: { Date(timeIntervalSince1970: 1000) },
            jitter: { 0 },
            logger: LogCapture().logger
        )
    }

    /// Runs the cache while the body runs.
    private func running(_ cache: KeySetCache, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withDeadline {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await cache.run() }
                try await body()
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    /// Waits for the cache to have started, which the first fetch shows.
    private func load(_ cache: KeySetCache, _ kids: String...) async throws {
        cache.register(consumer, endpoint: endpoint)
        let keySet = KeySet(keys: kids.map(SampleKeys.key))
        try await fetcher.fetch(1).end(.success(FetchedKeySet(keySet: keySet, keySetURI: endpoint.url)))
        _ = try await cache.loaded(endpoint)
    }

    @Test func `many who wait for one endpoint share one fetch`() async throws {
        let cache = makeCache()
        try await running(cache) {
            cache.register(consumer, endpoint: endpoint)
            cache.register(NamespacedName(namespace: "b", name: "influxdb"), endpoint: endpoint)
            let fetch = try await fetcher.fetch(1)
            try await withThrowingTaskGroup(of: KeySetSnapshot.self) { group in
                for _ in 0..<20 { group.addTask { try await cache.loaded(endpoint) } }
                fetch.end(.success(SampleKeys.fetched("a")))
                for try await snapshot in group { #expect(snapshot.keySet?.keys.map(\.kid) == ["a"]) }
            }
            #expect(fetcher.fetches.count == 1)
            #expect(cache.snapshot(of: endpoint).availability == .fresh)
            #expect(cache.snapshot(of: endpoint).lastGood == Date(timeIntervalSince1970: 1000))
        }
    }

    @Test func `an endpoint that hangs delays no other`() async throws {
        let cache = makeCache()
        try await running(cache) {
            let other = Endpoint(url: "https://other.example/keys")
            cache.register(consumer, endpoint: endpoint)
            _ = try await fetcher.fetch(1)
            cache.register(NamespacedName(namespace: "b", name: "influxdb"), endpoint: other)
            try await fetcher.fetch(2).end(.success(SampleKeys.fetched("a")))
            #expect(try await cache.loaded(other).availability == .fresh)
            #expect(cache.snapshot(of: endpoint).availability == .pending)
        }
    }

    @Test func `a set is refreshed in the background with what is known before`() async throws {
        let cache = makeCache()
        try await running(cache) {
            try await load(cache, "a")
            try await clock.sleeper(for: .seconds(240))
            clock.advance(by: .seconds(240))
            let second = try await fetcher.fetch(2)
            #expect(second.previous?.keySet.keys.map(\.kid) == ["a"])
            #expect(cache.snapshot(of: endpoint).keySet?.keys.map(\.kid) == ["a"])
            second.end(.failure(SampleKeys.failure()))
            try await clock.sleeper(for: .seconds(1))
            #expect(cache.snapshot(of: endpoint).availability == .stale)
            #expect(cache.snapshot(of: endpoint).failure?.code == .unreachable)
        }
    }

    @Test func `ten thousand unknown key ids cause one fetch`() async throws {
        let cache = makeCache()
        try await running(cache) {
            try await load(cache, "a")
            try await withThrowingTaskGroup(of: KeySetSnapshot.self) { group in
                for number in 0..<10_000 {
                    group.addTask { try await cache.refresh(endpoint, unknownKeyID: KeyID("x\(number)")) }
                }
                try await fetcher.fetch(2).end(.success(SampleKeys.fetched("a", "b")))
                for try await snapshot in group { #expect(!snapshot.verificationKeys(withID: "a").isEmpty) }
            }
            #expect(fetcher.fetches.count == 2)
            #expect(!cache.snapshot(of: endpoint).verificationKeys(withID: "b").isEmpty)
        }
    }

    @Test func `a waiter that is cancelled takes nobody with it`() async throws {
        let cache = makeCache()
        try await running(cache) {
            cache.register(consumer, endpoint: endpoint)
            let fetch = try await fetcher.fetch(1)
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await cache.loaded(endpoint) }
                }
                group.cancelAll()
            }
            fetch.end(.success(SampleKeys.fetched("a")))
            #expect(try await cache.loaded(endpoint).availability == .fresh)
        }
    }

    @Test func `changes name each endpoint once and end with the cache`() async throws {
        let cache = makeCache()
        let seen = Journal<Endpoint>()
        try await withDeadline {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for await endpoint in cache.changes { seen.append(endpoint) } }
                try await running(cache) {
                    try await load(cache, "a")
                    try await seen.wait(count: 1)
                    try await clock.sleeper(for: .seconds(240))
                    clock.advance(by: .seconds(240))
                    try await fetcher.fetch(2).end(.success(SampleKeys.fetched("a")))
                    try await clock.sleeper(for: .seconds(240))
                    clock.advance(by: .seconds(240))
                    try await fetcher.fetch(3).end(.success(SampleKeys.fetched("b")))
                    try await seen.wait(count: 2)
                }
                try await group.waitForAll()
            }
        }
        #expect(seen.entries == [endpoint, endpoint])
    }

    @Test func `changes that nobody reads take no more room than there are endpoints`() async throws {
        let cache = makeCache()
        try await running(cache) {
            try await load(cache, "a")
            for number in 2...5 {
                try await clock.sleeper(for: .seconds(240))
                clock.advance(by: .seconds(240))
                try await fetcher.fetch(number).end(.success(SampleKeys.fetched("k\(number)")))
            }
            try await clock.sleeper(for: .seconds(240))
        }
        var count = 0
        for await _ in cache.changes { count += 1 }
        #expect(count == 1)
    }

    @Test func `waiting fails at once while the cache does not run`() async throws {
        let cache = makeCache()
        cache.register(consumer, endpoint: endpoint)
        let before = try await #require(throws: KeySetError.self) { try await cache.loaded(endpoint) }
        #expect(before.code == .notRunning)
        try await running(cache) { _ = try await fetcher.fetch(1) }
        let after = try await #require(throws: KeySetError.self) {
            try await cache.refresh(endpoint, unknownKeyID: "x")
        }
        #expect(after.code == .notRunning)
    }

    @Test func `those who wait when the cache ends are told`() async throws {
        let cache = makeCache()
        try await withDeadline {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let waits = Gate()
                group.addTask {
                    try await running(cache) {
                        cache.register(consumer, endpoint: endpoint)
                        _ = try await fetcher.fetch(1)
                        try await waits.wait()
                    }
                }
                _ = try await fetcher.fetch(1)
                group.addTask {
                    waits.open()
                    let error = await #expect(throws: KeySetError.self) { try await cache.loaded(endpoint) }
                    #expect(error?.code == .notRunning)
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `an endpoint that nobody registered is not waited for`() async throws {
        let cache = makeCache()
        try await running(cache) {
            try await load(cache, "a")
            let error = try await #require(throws: KeySetError.self) {
                try await cache.loaded(Endpoint(url: "https://other.example"))
            }
            #expect(error.code == .notRegistered)
        }
    }

    @Test func `stored keys serve at once and their age counts`() async throws {
        let cache = makeCache()
        cache.register(consumer, endpoint: endpoint, bounds: KeySetBounds(maxStale: .seconds(600)))
        let stored = SampleKeys.fetched("a")
        cache.seed(endpoint, with: stored, lastGood: Date(timeIntervalSince1970: 300))
        #expect(cache.snapshot(of: endpoint).availability == .pending)
        cache.seed(endpoint, with: stored, lastGood: Date(timeIntervalSince1970: 500))
        #expect(cache.snapshot(of: endpoint).availability == .seeded)
        clock.advance(by: .seconds(100))
        #expect(cache.snapshot(of: endpoint).availability != .seeded)
        #expect(cache.snapshot(of: endpoint).keySet == nil)
    }
}

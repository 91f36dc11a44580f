// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import MetricsTestKit
import TestKit
import Testing

@testable import KeySets

struct KeySetMetricsTests {
    private let metrics = TestMetrics()
    private let fetcher = ScriptedFetcher()
    private let clock = ManualClock()
    private let endpoint = Endpoint(url: "https://idp.example/keys?token=secret")
    private let consumer = NamespacedName(namespace: "a", name: "influxdb")

    private func fetches(_ result: String) throws -> TestCounter {
        try metrics.expectCounter("grantor_keyset_fetch_total", [("result", result)])
    }

    private func gauge(_ name: String) throws -> Double? {
        try metrics.expectGauge("grantor_keyset_\(name)").lastValue
    }

    @Test func `every outcome has a series at zero from the start`() throws {
        _ = KeySetMetrics(factory: metrics)
        #expect(try fetches("Success").totalValue == 0)
        #expect(try fetches("NotModified").totalValue == 0)
        for code in KeySetError.Code.allCases where code != .notRunning && code != .notRegistered {
            #expect(try fetches(code.rawValue).totalValue == 0, "\(code)")
        }
        #expect(try gauge("age_seconds") == 0)
        #expect(try gauge("keys") == 0)
    }

    @Test(arguments: KeySetError.Code.allCases.filter { $0 != .notRunning && $0 != .notRegistered })
    func `a failure counts under its code and under nothing else`(code: KeySetError.Code) throws {
        let figures = KeySetMetrics(factory: metrics)
        figures.count(.failure(SampleKeys.failure(code)))
        figures.count(.failure(SampleKeys.failure(code)))
        for other in KeySetError.Code.allCases where other != .notRunning && other != .notRegistered {
            #expect(try fetches(other.rawValue).totalValue == (other == code ? 2 : 0), "\(other)")
        }
        #expect(try fetches("Success").totalValue == 0)
    }

    @Test func `what no fetch ends with has no series`() throws {
        let figures = KeySetMetrics(factory: metrics)
        figures.count(.failure(SampleKeys.failure(.notRunning)))
        figures.count(.failure(SampleKeys.failure(.notRegistered)))
        #expect(throws: TestMetricsError.self) { try fetches("NotRunning") }
        #expect(throws: TestMetricsError.self) { try fetches("NotRegistered") }
    }

    @Test func `an answer without news is told apart from a set`() throws {
        let figures = KeySetMetrics(factory: metrics)
        let fetched = SampleKeys.fetched("a")
        figures.count(.success(fetched))
        figures.count(.success(fetched.unmodified(maxAge: nil, entityTags: [:])))
        figures.count(.success(fetched.unmodified(maxAge: nil, entityTags: [:])))
        #expect(try fetches("Success").totalValue == 1)
        #expect(try fetches("NotModified").totalValue == 2)
    }

    @Test func `each endpoint has an age of its own, as long as somebody names it`() throws {
        let figures = KeySetMetrics(factory: metrics)
        let label = endpoint.label
        #expect(label.count == 12 && label.allSatisfy(\.isHexDigit))
        func age(_ label: String) throws -> Double? {
            try metrics.expectGauge("grantor_keyset_endpoint_age_seconds", [("endpoint", label)]).lastValue
        }
        #expect(throws: TestMetricsError.self) { try age(label) }
        figures.record(.init(keys: 1, oldest: .seconds(5), ages: [label: .seconds(5), "other": .seconds(2)]))
        #expect(try age(label) == 5)
        #expect(try age("other") == 2)
        figures.record(.init(keys: 1, oldest: .seconds(9), ages: [label: .seconds(9)]))
        #expect(try age(label) == 9)
        #expect(throws: TestMetricsError.self) { try age("other") }
    }

    @Test func `the label of an endpoint is what sha256sum says of its URL`() {
        // printf %s https://idp.example/keys | sha256sum | cut -c1-12
        #expect(Endpoint(url: "https://idp.example/keys\n").label == "cad1329f151f")
    }

    /// Waits for what the service does after it has told those who wait for keys.
    private func settle(_ condition: () throws -> Bool) async throws {
        while try !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test func `the figures follow the cache, and no label holds a URL`() async throws {
        let cache = KeySetCache(
            fetcher: fetcher,
            clock: clock,
            date: { Date(timeIntervalSince1970: 1000) },
            jitter: { 0 },
            metrics: metrics,
            logger: LogCapture().logger
        )
        try await withDeadline {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await cache.run() }
                cache.register(consumer, endpoint: endpoint)
                try await fetcher.fetch(1).end(.success(SampleKeys.fetched("a", "b")))
                try await settle { try gauge("keys") == 2 }
                #expect(try fetches("Success").totalValue == 1)

                try await clock.sleeper(for: .seconds(240))
                clock.advance(by: .seconds(240))
                let second = try await fetcher.fetch(2)
                cache.updateMetrics()
                #expect(try gauge("age_seconds") == 240)
                second.end(.failure(SampleKeys.failure(.timedOut)))
                try await settle { try fetches("TimedOut").totalValue == 1 }
                #expect(try fetches("Success").totalValue == 1)
                #expect(try gauge("keys") == 2)

                try await clock.sleeper(for: .seconds(1))
                clock.advance(by: .seconds(1))
                try await fetcher.fetch(3).end(.success(SampleKeys.fetched("a")))
                try await settle { try fetches("Success").totalValue == 2 }
                cache.updateMetrics()
                #expect(try gauge("age_seconds") == 0)
                #expect(try gauge("keys") == 1)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        let labels = metrics.counters.flatMap(\.dimensions) + metrics.recorders.flatMap(\.dimensions)
        #expect(!labels.isEmpty)
        #expect(!labels.contains { $0.1.contains("idp.example") || $0.1.contains("secret") })
    }
}

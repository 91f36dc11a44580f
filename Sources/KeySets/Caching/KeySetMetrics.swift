// Grantor
// SPDX-License-Identifier: Apache-2.0

import Metrics
import Synchronization

/// The figures of the cache; no label holds a URL.
final class KeySetMetrics: Sendable {
    private let successes: Counter
    private let unmodified: Counter
    private let failures: [KeySetError.Code: Counter]
    private let age: Gauge
    private let keys: Gauge
    private let factory: any MetricsFactory
    private let ages = Mutex<[String: Gauge]>([:])

    init(factory: any MetricsFactory) {
        self.factory = factory
        func counter(_ result: String) -> Counter {
            let counter = Counter(
                label: "grantor_keyset_fetch_total",
                dimensions: [("result", result)],
                factory: factory
            )
            counter.increment(by: Int64(0))
            return counter
        }
        successes = counter("Success")
        unmodified = counter("NotModified")
        var failures: [KeySetError.Code: Counter] = [:]
        for code in KeySetError.Code.allCases where code != .notRunning && code != .notRegistered {
            failures[code] = counter(code.rawValue)
        }
        self.failures = failures
        age = Gauge(label: "grantor_keyset_age_seconds", factory: factory)
        keys = Gauge(label: "grantor_keyset_keys", factory: factory)
        age.record(0)
        keys.record(0)
    }

    func count(_ result: Result<FetchedKeySet, KeySetError>) {
        switch result {
        case .success(let fetched): (fetched.isUnmodified ? unmodified : successes).increment()
        case .failure(let error): failures[error.code]?.increment()
        }
    }

    func record(_ totals: KeySetCache.StateMachine.Totals) {
        age.record(totals.oldest / .seconds(1))
        keys.record(totals.keys)
        record(totals.ages)
    }

    /// Tells how old the keys of each endpoint are; series of endpoints that are gone go.
    private func record(_ known: [String: Duration]) {
        let (gauges, gone) = ages.withLock { ages in
            for label in known.keys where ages[label] == nil {
                ages[label] = Gauge(
                    label: "grantor_keyset_endpoint_age_seconds",
                    dimensions: [("endpoint", label)],
                    factory: factory
                )
            }
            let gone = ages.filter { known[$0.key] == nil }
            for label in gone.keys { ages[label] = nil }
            return (ages, gone)
        }
        for (label, age) in known { gauges[label]?.record(age / .seconds(1)) }
        for gauge in gone.values { gauge.destroy() }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Metrics

/// The figures of the cache; no label holds a URL.
struct KeySetMetrics: Sendable {
    private let successes: Counter
    private let unmodified: Counter
    private let failures: [KeySetError.Code: Counter]
    private let age: Gauge
    private let keys: Gauge

    init(factory: any MetricsFactory) {
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
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// What is counted of the webhook, under the names of controller-runtime (`pkg/webhook/internal/metrics`).
final class WebhookMetrics: Sendable {
    private let factory: any MetricsFactory
    private let counters: Mutex<[Int: Counter]>
    private let timer: CoreMetrics.Timer

    /// Creates the series of the usual answers, at zero.
    init(factory: any MetricsFactory) {
        self.factory = factory
        var counters: [Int: Counter] = [:]
        for code in [200, 400, 500] {
            counters[code] = Self.counter(code, factory)
            counters[code]?.increment(by: 0)
        }
        self.counters = Mutex(counters)
        timer = CoreMetrics.Timer(
            label: "controller_runtime_webhook_latency_seconds",
            dimensions: [("webhook", WebhookResponder.path)],
            factory: factory
        )
    }

    /// Counts an answer; the codes are those that the responder knows.
    func record(code: Int, elapsed: Duration) {
        let counter = counters.withLock { counters in
            if let known = counters[code] { return known }
            let counter = Self.counter(code, factory)
            counters[code] = counter
            return counter
        }
        counter.increment()
        let (seconds, attoseconds) = elapsed.components
        timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    private static func counter(_ code: Int, _ factory: any MetricsFactory) -> Counter {
        Counter(
            label: "controller_runtime_webhook_requests_total",
            dimensions: [("code", String(code)), ("webhook", WebhookResponder.path)],
            factory: factory
        )
    }
}

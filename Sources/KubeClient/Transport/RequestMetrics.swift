// Grantor
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// The metrics of an API server's client, under the names of client-go.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        var code: Int
        var method: String
    }

    private struct Handles {
        var counters: [Key: Counter] = [:]
        var timers: [Call.Verb: CoreMetrics.Timer] = [:]
    }

    private let factory: any MetricsFactory
    private let host: String
    private let handles = Mutex(Handles())

    /// Creates metrics for one server.
    init(host: String, factory: any MetricsFactory) {
        self.host = host
        self.factory = factory
    }

    /// Counts one exchange.
    ///
    /// - Parameters:
    ///   - call: What was asked.
    ///   - method: The HTTP method.
    ///   - code: The HTTP status code; `nil` when there was no answer.
    ///   - elapsed: How long it took.
    func record(_ call: Call, method: String, code: Int?, elapsed: Duration) {
        // Whatever a server may answer, there are at most 601 codes.
        let code = code.map { (100..<700).contains($0) ? $0 : 999 } ?? 0
        let (counter, timer) = handles.withLock { handles in
            let key = Key(code: code, method: method)
            let counter: Counter
            if let known = handles.counters[key] {
                counter = known
            } else {
                counter = Counter(
                    label: "rest_client_requests_total",
                    dimensions: [("code", code == 0 ? "<error>" : String(code)), ("method", method), ("host", host)],
                    factory: factory
                )
                handles.counters[key] = counter
            }
            let timer: CoreMetrics.Timer
            if let known = handles.timers[call.verb] {
                timer = known
            } else {
                timer = CoreMetrics.Timer(
                    label: "rest_client_request_duration_seconds",
                    dimensions: [("verb", call.verb.rawValue), ("host", host)],
                    factory: factory
                )
                handles.timers[call.verb] = timer
            }
            return (counter, timer)
        }
        counter.increment()
        let (seconds, attoseconds) = elapsed.components
        timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

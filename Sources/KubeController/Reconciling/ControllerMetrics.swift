// Grantor
// SPDX-License-Identifier: Apache-2.0

import Metrics

/// What a controller measures, under the names of controller-runtime.
struct ControllerMetrics: Sendable {
    /// How a reconcile ended (the label `result`).
    enum Outcome: String, CaseIterable, Sendable {
        case success
        case error
        case requeue
        case requeueAfter = "requeue_after"
    }

    private let reconciles: [Outcome: Counter]
    private let errors: Counter
    private let terminalErrors: Counter
    private let timeouts: Counter
    private let time: Timer
    private let activeWorkers: Meter

    /// Creates the series, all at zero.
    init(controller: String, workers: Int, factory: any MetricsFactory) {
        let labels = [("controller", controller)]
        func counter(_ name: String, _ more: [(String, String)] = []) -> Counter {
            let counter = Counter(label: "controller_runtime_\(name)", dimensions: labels + more, factory: factory)
            counter.increment(by: 0)
            return counter
        }
        reconciles = Dictionary(
            uniqueKeysWithValues: Outcome.allCases.map { ($0, counter("reconcile_total", [("result", $0.rawValue)])) }
        )
        errors = counter("reconcile_errors_total")
        terminalErrors = counter("terminal_reconcile_errors_total")
        timeouts = counter("reconcile_timeouts_total")
        time = Timer(
            label: "controller_runtime_reconcile_time_seconds",
            dimensions: labels,
            preferredDisplayUnit: .seconds,
            factory: factory
        )
        activeWorkers = Meter(label: "controller_runtime_active_workers", dimensions: labels, factory: factory)
        activeWorkers.set(0)
        Meter(label: "controller_runtime_max_concurrent_reconciles", dimensions: labels, factory: factory).set(workers)
    }

    func started() { activeWorkers.increment() }

    func ended(_ outcome: Outcome, took: Duration) {
        activeWorkers.decrement()
        time.record(duration: took)
        reconciles[outcome]?.increment()
    }

    func failed(isTerminal: Bool, isTimeout: Bool) {
        errors.increment()
        if isTerminal { terminalErrors.increment() }
        if isTimeout { timeouts.increment() }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Metrics

/// What a queue measures, under the names of client-go's `workqueue` metrics.
struct WorkQueueMetrics: Sendable {
    private let adds: Counter
    private let retries: Counter
    private let depth: [Meter]
    private let queueDuration: Timer
    private let workDuration: Timer

    /// Creates the series, all at zero.
    init(name: String, factory: any MetricsFactory) {
        let labels = [("name", name), ("controller", name)]
        adds = Counter(label: "workqueue_adds_total", dimensions: labels, factory: factory)
        retries = Counter(label: "workqueue_retries_total", dimensions: labels, factory: factory)
        depth = WorkPriority.allCases.map { priority in
            Meter(label: "workqueue_depth", dimensions: labels + [("priority", priority.label)], factory: factory)
        }
        queueDuration = Timer(
            label: "workqueue_queue_duration_seconds",
            dimensions: labels,
            preferredDisplayUnit: .seconds,
            factory: factory
        )
        workDuration = Timer(
            label: "workqueue_work_duration_seconds",
            dimensions: labels,
            preferredDisplayUnit: .seconds,
            factory: factory
        )
        adds.increment(by: 0)
        retries.increment(by: 0)
        for meter in depth { meter.set(0) }
    }

    func added() { adds.increment() }

    func retried() { retries.increment() }

    func taken(waited: Duration) { queueDuration.record(duration: waited) }

    func done(took: Duration) { workDuration.record(duration: took) }

    /// Moves the depth of each priority by a difference, so that the order of two callers does not matter.
    func depthChanged(by differences: [Int]) {
        for (meter, difference) in zip(depth, differences) where difference != 0 {
            if difference > 0 {
                meter.increment(by: Double(difference))
            } else {
                meter.decrement(by: Double(-difference))
            }
        }
    }
}

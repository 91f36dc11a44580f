// Grantor
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
import KubeCore
import Synchronization

/// The measurements of grants: `grantor_admins` and `grantor_grants_changed_total`.
public final class AdminMetrics: Sendable {
    private let factory: any MetricsFactory
    private let created: Counter
    private let updated: Counter
    private let deleted: Counter
    private let gauges = Mutex<[NamespacedName: Gauge]>([:])

    /// Creates the series; the counters exist at zero from the start.
    public init(factory: any MetricsFactory) {
        self.factory = factory
        func counter(_ action: String) -> Counter {
            let counter = Counter(
                label: "grantor_grants_changed_total",
                dimensions: [("action", action)],
                factory: factory
            )
            counter.increment(by: 0)
            return counter
        }
        created = counter("created")
        updated = counter("updated")
        deleted = counter("deleted")
    }

    /// Counts what was written.
    func count(_ result: GrantWriter.Result) {
        if !result.granted.isEmpty { created.increment(by: result.granted.count) }
        if result.updated > 0 { updated.increment(by: result.updated) }
        if !result.revoked.isEmpty { deleted.increment(by: result.revoked.count) }
    }

    /// Sets how many admins an AppInstance has.
    func setAdmins(_ count: Int, of instance: NamespacedName) {
        let gauge = gauges.withLock { gauges in
            if let gauge = gauges[instance] { return gauge }
            let dimensions = [("namespace", instance.namespace ?? ""), ("app_instance", instance.name)]
            let gauge = Gauge(label: "grantor_admins", dimensions: dimensions, factory: factory)
            gauges[instance] = gauge
            return gauge
        }
        gauge.record(count)
    }

    /// Drops the series of an AppInstance that is gone.
    func forget(_ instance: NamespacedName) {
        let gauge = gauges.withLock { $0.removeValue(forKey: instance) }
        gauge?.destroy()
    }
}

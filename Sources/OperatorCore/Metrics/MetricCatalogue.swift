// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The families that the operator tells, with what only the exposition needs to know of them.
///
/// The names of controller-runtime and client-go are kept to the letter, so that dashboards made for them work.
enum MetricCatalogue {
    /// One family.
    struct Entry: Sendable {
        let name: String
        let kind: MetricKind
        let labels: [String]
        let help: String
        /// The bounds of the buckets of a histogram.
        var bounds: [Double] = []
    }

    static func help(of name: String) -> String { byName[name]?.help ?? "" }

    static func bounds(of name: String) -> [Double] { byName[name]?.bounds ?? usualBounds }

    /// Prometheus' own default buckets.
    private static let usualBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private static let byName = Dictionary(
        entries.map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first }
    )

    /// Buckets of controller-runtime (`pkg/internal/controller/metrics`).
    private static let reconcileBounds = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
        1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
    ]

    /// Buckets of client-go's queue metrics: powers of ten from 10 ns to 1,000 s.
    private static let queueBounds = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1_000]

    /// Buckets of client-go's request metrics.
    private static let requestBounds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 45, 60]

    private static func counter(_ name: String, _ labels: [String], _ help: String) -> Entry {
        Entry(name: name, kind: .counter, labels: labels, help: help)
    }

    private static func gauge(_ name: String, _ labels: [String], _ help: String) -> Entry {
        Entry(name: name, kind: .gauge, labels: labels, help: help)
    }

    private static func histogram(_ name: String, _ labels: [String], _ bounds: [Double], _ help: String) -> Entry {
        Entry(name: name, kind: .histogram, labels: labels, help: help, bounds: bounds)
    }

    /// Every family, sorted by name, those of the process at the end.
    static let entries: [Entry] = [
        gauge(
            "controller_runtime_active_workers",
            ["controller"],
            "Number of reconciles that are under way."
        ),
        gauge(
            "controller_runtime_max_concurrent_reconciles",
            ["controller"],
            "Greatest number of reconciles that may be under way."
        ),
        counter("controller_runtime_reconcile_errors_total", ["controller"], "Number of reconciles that failed."),
        histogram(
            "controller_runtime_reconcile_time_seconds",
            ["controller"],
            reconcileBounds,
            "How long reconciles took."
        ),
        counter(
            "controller_runtime_reconcile_timeouts_total",
            ["controller"],
            "Number of reconciles that were ended because they took too long."
        ),
        counter(
            "controller_runtime_reconcile_total",
            ["controller", "result"],
            "Number of reconciles by how they ended."
        ),
        counter(
            "controller_runtime_terminal_reconcile_errors_total",
            ["controller"],
            "Number of reconciles that failed and are not tried again by themselves."
        ),
        histogram(
            "controller_runtime_webhook_latency_seconds",
            ["webhook"],
            usualBounds,
            "How long answers of the admission webhook took."
        ),
        counter(
            "controller_runtime_webhook_requests_total",
            ["code", "webhook"],
            "Number of questions to the admission webhook by the HTTP code of the answer."
        ),
        counter("event_recorder_events_total", ["result"], "Number of Events by what became of them."),
        gauge("grantor_admins", ["namespace", "app_instance"], "Number of administrators who are granted."),
        gauge("grantor_build_info", ["version"], "Always 1; the label tells the version."),
        counter("grantor_grants_changed_total", ["action"], "Number of AdminGrants that were written."),
        gauge(
            "grantor_keyset_age_seconds",
            [],
            "Time since the key set was fetched whose fetch is the longest ago."
        ),
        gauge(
            "grantor_keyset_endpoint_age_seconds",
            ["endpoint"],
            "Time since the key set of an endpoint was fetched; the label is a hash of its URL."
        ),
        counter("grantor_keyset_fetch_total", ["result"], "Number of fetches of key sets by how they ended."),
        gauge("grantor_keyset_keys", [], "Number of usable keys of all endpoints."),
        gauge("leader_election_master_status", ["name"], "1 while this process leads, else 0."),
        counter(
            "leader_election_slowpath_total",
            ["name"],
            "Number of renewals that had to read the lease first."
        ),
        histogram(
            "rest_client_request_duration_seconds",
            ["verb", "host"],
            requestBounds,
            "How long requests to the API server took."
        ),
        counter(
            "rest_client_requests_total",
            ["code", "method", "host"],
            "Number of requests to the API server by the code of the answer."
        ),
        counter("workqueue_adds_total", ["name", "controller"], "Number of keys that were queued."),
        gauge("workqueue_depth", ["name", "controller", "priority"], "Number of keys that wait for a worker."),
        histogram(
            "workqueue_queue_duration_seconds",
            ["name", "controller"],
            queueBounds,
            "How long keys waited for a worker."
        ),
        counter("workqueue_retries_total", ["name", "controller"], "Number of keys that were queued after a failure."),
        histogram(
            "workqueue_work_duration_seconds",
            ["name", "controller"],
            queueBounds,
            "How long workers were at a key."
        ),
        counter("process_cpu_seconds_total", [], "User and system time of the process."),
        gauge("process_max_fds", [], "Greatest number of files that may be open."),
        gauge("process_open_fds", [], "Number of files that are open."),
        gauge("process_resident_memory_bytes", [], "Resident memory."),
        gauge("process_start_time_seconds", [], "When the process started, in seconds since 1970."),
        gauge("process_threads", [], "Number of threads."),
        gauge("process_virtual_memory_bytes", [], "Virtual memory."),
    ]
}

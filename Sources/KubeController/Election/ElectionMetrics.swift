// Grantor
// SPDX-License-Identifier: Apache-2.0

import Metrics

/// What an election measures, under the names of client-go.
struct ElectionMetrics: Sendable {
    private let status: Meter
    private let slowPath: Counter

    /// Creates the series, both at zero.
    init(name: String, factory: any MetricsFactory) {
        let labels = [("name", name)]
        status = Meter(label: "leader_election_master_status", dimensions: labels, factory: factory)
        slowPath = Counter(label: "leader_election_slowpath_total", dimensions: labels, factory: factory)
        status.set(0)
        slowPath.increment(by: 0)
    }

    func setLeading(_ isLeading: Bool) { status.set(isLeading ? 1 : 0) }

    /// A renewal had to read the lease first.
    func tookSlowPath() { slowPath.increment() }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeController
import KubeCore
import Logging
import Synchronization

/// The servers of metrics and probes: none, one or two, as their addresses are the same or not.
struct Endpoints: Sendable {
    /// The servers.
    let servers: [EndpointServer<EndpointResponder>]
    /// The port of the metrics; `nil` when they are not served.
    let metricsPort: Pending<Int>?
    /// The port of the probes; `nil` when they are not answered.
    let healthPort: Pending<Int>?

    init(
        _ configuration: OperatorConfiguration,
        registry: MetricsRegistry?,
        probes: [String: [HealthCheck]],
        logger: Logger
    ) {
        func server(_ address: EndpointAddress, _ responder: EndpointResponder) -> EndpointServer<EndpointResponder> {
            EndpointServer(
                paths: responder.paths,
                address: address,
                responder: responder,
                port: Pending(),
                logger: logger
            )
        }
        switch (configuration.metricsAddress, configuration.healthAddress) {
        case (let metrics?, let health?) where metrics == health && metrics.port != 0:
            let both = server(metrics, EndpointResponder(registry: registry, probes: probes))
            servers = [both]
            (metricsPort, healthPort) = (both.port, both.port)
        case (let metrics, let health):
            let first = metrics.map { server($0, EndpointResponder(registry: registry)) }
            let second = health.map { server($0, EndpointResponder(probes: probes)) }
            servers = [first, second].compactMap { $0 }
            (metricsPort, healthPort) = (first?.port, second?.port)
        }
    }
}

/// Whether the process was told to end.
final class StoppingMark: Sendable {
    private let state = Atomic(false)

    /// Whether it was.
    var isSet: Bool { state.load(ordering: .relaxed) }

    /// Notes that it was.
    func set() { state.store(true, ordering: .relaxed) }
}

extension [HealthCheck] {
    /// What a process is restarted for when it does not hold.
    static func liveness(_ elector: LeaderElector?) -> [HealthCheck] {
        guard let elector else { return [.ping] }
        return [
            .ping,
            HealthCheck(name: "leader-election") {
                elector.isAlive ? nil : "no attempt to take or renew the lease has ended for a long time"
            },
        ]
    }

    /// What a process is not asked for while it does not hold; one that stands by is ready.
    static func readiness(_ scopes: [OperatorScope], _ stopping: StoppingMark) -> [HealthCheck] {
        [
            .ping,
            HealthCheck(name: "caches-synced") {
                scopes.allSatisfy(\.isSynced) ? nil : "not everything has been read from the API server yet"
            },
            HealthCheck(name: "shutdown") { stopping.isSet ? "the process is ending" : nil },
        ]
    }
}

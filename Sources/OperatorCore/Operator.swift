// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminGrants
public import CoreMetrics
public import FoundationEssentials
import KeySets
public import KubeClient
import KubeController
import KubeCore
public import Logging
public import ServiceLifecycle

/// The operator: every long-lived part in one ordered group.
///
/// ```
/// KubeClient <- endpoints, webhook <- LeaderElector <- KeySetCache, EventRecorder <- five WatchedStores a scope
///            <- key changes, leadership changes <- Controller
/// ```
/// A shutdown goes from right to left: intake ends, reconciles in progress finish, what is left of the events is
/// written, the lease is given back, and the connections are closed.
///
/// With an election all parts run in every process: those that do not lead keep the stores and the key sets warm, and
/// write nothing. `LeaderElector.writeLimit` is asked before each write.
public struct Operator: Service {
    private let configuration: OperatorConfiguration
    private let clients: [KubeClient]
    private let services: [any Service]
    private let instances: InstanceParts
    private let stopping: StoppingMark
    private let logger: Logger
    /// The port of the metrics; `nil` when they are not served.
    let metricsPort: Pending<Int>?
    /// The port of the probes; `nil` when they are not answered.
    let healthPort: Pending<Int>?
    /// The port of the webhook; `nil` when there is none.
    let webhookPort: Pending<Int>?

    /// Creates an operator; nothing is sent yet, but every credential and certificate that can be checked is.
    ///
    /// - Parameters:
    ///   - configuration: What to look after, and how.
    ///   - host: Where files and environment come from.
    ///   - now: The time of day.
    ///   - clock: What refreshes and retries of keys are measured by.
    ///   - metrics: Where measurements go when there is no registry.
    ///   - registry: Where measurements go that are served; made when the configuration says that they are.
    ///   - logger: Where the parts tell what happens.
    /// - Throws: `KubeError` when the configuration cannot be used.
    public init<C: Clock<Duration>>(
        _ configuration: OperatorConfiguration,
        host: HostEnvironment,
        now: @escaping @Sendable () -> Date = { Date() },
        clock: C = ContinuousClock(),
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        registry: MetricsRegistry? = nil,
        logger: Logger
    ) throws {
        self.configuration = configuration
        self.logger = logger
        try configuration.checkForms()
        let registry = registry ?? configuration.metricsAddress.map { _ in MetricsRegistry() }
        let metrics: any MetricsFactory = registry ?? metrics
        Meter(label: "grantor_build_info", dimensions: [("version", configuration.version)], factory: metrics).set(1)
        let campaign = try LeaseCampaign(configuration, host: host, now: now, metrics: metrics, logger: logger)
        let elector = campaign?.elector
        let isLeading = elector.map { elector -> @Sendable () -> Bool in { elector.isLeading } }
        let client = try KubeClient(
            configuration.identifiedKubernetes,
            options: Self.clientOptions(elector),
            host: host,
            metrics: metrics,
            logger: logger
        )
        clients = [client] + (campaign.map { [$0.client] } ?? [])
        let instances = try InstanceParts(
            configuration,
            client: client,
            isLeading: isLeading,
            now: now,
            clock: clock,
            metrics: metrics,
            logger: logger
        )
        registry?.beforeReading { [keySets = instances.keySets] in keySets.updateMetrics() }
        let admission = try AdmissionParts(
            configuration,
            scopes: instances.scopes,
            client: client,
            creator: campaign?.client ?? client,
            isLeading: isLeading ?? { true },
            now: now,
            timeline: Timeline(clock),
            metrics: metrics,
            logger: logger
        )
        let stopping = StoppingMark()
        let endpoints = Endpoints(
            configuration,
            registry: registry,
            probes: Self.probes(elector, instances, admission, stopping),
            logger: logger
        )
        let preflight = Preflight(configuration, client: client, isSynced: { instances.isSynced }, logger: logger)
        (self.instances, self.stopping) = (instances, stopping)
        (metricsPort, healthPort, webhookPort) = (endpoints.metricsPort, endpoints.healthPort, admission?.server.port)
        services = Self.services(endpoints, elector, preflight, instances, admission)
    }

    /// Where leadership is lost, nothing more is written.
    private static func clientOptions(_ elector: LeaderElector?) -> KubeClient.Options {
        var options = KubeClient.Options(fieldManager: "grantor")
        if let elector { options.writeLimit = { elector.writeLimit() } }
        return options
    }

    private static func probes(
        _ elector: LeaderElector?,
        _ instances: InstanceParts,
        _ admission: AdmissionParts?,
        _ stopping: StoppingMark
    ) -> [String: [HealthCheck]] {
        let readiness: [HealthCheck] = .readiness(instances.scopes, stopping)
        return [
            "livez": .liveness(elector), "healthz": .liveness(elector),
            "readyz": readiness + (admission.map { [$0.readiness] } ?? []),
        ]
    }

    /// The parts in the order of the picture above.
    private static func services(
        _ endpoints: Endpoints,
        _ elector: LeaderElector?,
        _ preflight: any Service,
        _ instances: InstanceParts,
        _ admission: AdmissionParts?
    ) -> [any Service] {
        var services: [any Service] = endpoints.servers
        if let admission { services.append(admission.server) }
        if let elector { services.append(elector) }
        services += instances.supports
        services.append(preflight)
        services += instances.watches
        if let admission { services.append(admission.keeper) }
        if let elector {
            services.append(
                LeadershipChanges(elector: elector, scopes: instances.scopes, queue: instances.queue) {
                    admission?.keeper.leadershipChanged()
                }
            )
        }
        services.append(instances.controller)
        return services
    }

    /// Works until graceful shutdown or cancellation.
    ///
    /// - Throws: What a part throws that cannot go on.
    public func run() async throws {
        let namespaces = configuration.namespaces.isEmpty ? "all" : configuration.namespaces.joined(separator: ",")
        logger.info(
            "operator starts",
            metadata: [
                "api.server": "\(configuration.kubernetes.server)", "operator.namespaces": "\(namespaces)",
                "operator.source": "\(configuration.source.rawValue)",
                "operator.store": "\(configuration.store.rawValue)",
            ]
        )
        let group = ServiceGroup(configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
        do {
            try await withGracefulShutdownHandler {
                try await group.run()
            } onGracefulShutdown: {
                stopping.set()
            }
        } catch {
            await shutDownClients()
            throw error
        }
        await shutDownClients()
        logger.info("operator stopped")
    }

    private func shutDownClients() async {
        for client in clients { await client.shutdown() }
    }

    /// Whether every collection has been read in full at least once.
    public var isSynced: Bool {
        instances.isSynced
    }
}

extension Operator: CustomStringConvertible {
    /// The name that the log calls it by.
    ///
    /// A service group names each of its services by its description. Without this one that is made by reflection,
    /// which walks through all parts of the operator and took a fifth of the time to start.
    public var description: String { "Operator" }
}

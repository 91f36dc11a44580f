// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
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
/// KubeClient <- KeySetCache, EventRecorder <- five WatchedStores a scope <- key changes <- Controller
/// ```
/// A shutdown goes from right to left: intake ends, reconciles in progress finish, what is left of the events is
/// written, and the connections are closed.
public struct Operator: Service {
    private let configuration: OperatorConfiguration
    private let client: KubeClient
    private let services: [any Service]
    private let scopes: [OperatorScope]
    private let logger: Logger

    /// Creates an operator; nothing is sent yet, but every credential and certificate that can be checked is.
    ///
    /// - Parameters:
    ///   - configuration: What to look after, and how.
    ///   - host: Where files and environment come from.
    ///   - now: The time of day.
    ///   - clock: What refreshes and retries of keys are measured by.
    ///   - metrics: Where measurements go.
    ///   - logger: Where the parts tell what happens.
    /// - Throws: `KubeError` when the configuration cannot be used.
    public init<C: Clock<Duration>>(
        _ configuration: OperatorConfiguration,
        host: HostEnvironment,
        now: @escaping @Sendable () -> Date = { Date() },
        clock: C = ContinuousClock(),
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) throws {
        self.configuration = configuration
        self.logger = logger
        let client = try KubeClient(
            configuration.kubernetes,
            options: KubeClient.Options(fieldManager: "grantor"),
            host: host,
            metrics: metrics,
            logger: logger
        )
        self.client = client
        let keySets = KeySetCache(
            fetcher: HTTPKeySetFetcher(configuration: try configuration.fetcherConfiguration),
            clock: clock,
            date: now,
            metrics: metrics,
            logger: logger
        )
        let events = EventRecorder(
            EventRecorderConfiguration(reportingController: "grantor.dev/operator", reportingInstance: "grantor"),
            sink: KubeEventSink(client: client),
            now: now,
            metrics: metrics,
            logger: logger
        )
        let queue = WorkQueue<NamespacedName>(name: "appinstance", metrics: metrics)
        let adminMetrics = AdminMetrics(factory: metrics)
        let scopes = configuration.scopes.map { namespace in
            OperatorScope(namespace: namespace, client: client, queue: queue, logger: logger)
        }
        self.scopes = scopes
        func reconciler(_ scope: OperatorScope) -> InstanceReconciler {
            InstanceReconciler(
                configuration: .init(
                    clusterDomain: configuration.clusterDomain,
                    allowsInsecureEndpoints: configuration.allowsInsecureEndpoints
                ),
                client: client,
                stores: scope.stores,
                keySets: keySets,
                events: events,
                metrics: adminMetrics,
                now: now
            )
        }
        let named = scopes.compactMap { scope in scope.namespace.map { ($0, reconciler(scope)) } }
        var controllerConfiguration = ControllerConfiguration()
        controllerConfiguration.workers = configuration.workers
        let controller = Controller(
            name: "appinstance",
            reconciler: ScopedReconciler(
                everywhere: scopes.first { $0.namespace == nil }.map(reconciler),
                byNamespace: Dictionary(named) { first, _ in first }
            ),
            queue: queue,
            configuration: controllerConfiguration,
            isReady: { for scope in scopes { try await scope.stores.waitUntilSynced() } },
            metrics: metrics,
            logger: logger
        )
        services =
            [keySets, events]
            + [
                Preflight(
                    client: client,
                    origin: configuration.kubernetes.origin,
                    scopes: configuration.scopes,
                    isSynced: { scopes.allSatisfy(\.isSynced) },
                    logger: logger
                )
            ]
            + scopes.flatMap(\.services)
            + [KeyChanges(cache: keySets, queue: queue), controller]
    }

    /// Works until graceful shutdown or cancellation.
    ///
    /// - Throws: What a part throws that cannot go on.
    public func run() async throws {
        let namespaces = configuration.namespaces.isEmpty ? "all" : configuration.namespaces.joined(separator: ",")
        logger.info(
            "operator starts",
            metadata: ["api.server": "\(configuration.kubernetes.server)", "operator.namespaces": "\(namespaces)"]
        )
        let group = ServiceGroup(configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
        do {
            try await group.run()
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
        logger.info("operator stopped")
    }

    /// Whether every collection has been read in full at least once.
    public var isSynced: Bool {
        scopes.allSatisfy(\.isSynced)
    }
}

extension Operator: CustomStringConvertible {
    /// The name that the log calls it by.
    ///
    /// A service group names each of its services by its description. Without this one that is made by reflection,
    /// which walks through all parts of the operator and took a fifth of the time to start.
    public var description: String { "Operator" }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import CoreMetrics
import FoundationEssentials
import KeySets
import KubeClient
import KubeController
import KubeCore
import Logging
import ServiceLifecycle

/// The parts of an operator that look after AppInstances: from what is watched to what is written.
struct InstanceParts: Sendable {
    /// What is known of each namespace, or of all.
    let scopes: [OperatorScope]
    /// The AppInstances to look at.
    let queue: WorkQueue<NamespacedName>
    /// What looks at them; it begins last and ends first.
    let controller: Controller<ScopedReconciler>
    /// The keys that are fetched for them.
    let keySets: KeySetCache
    private let events: EventRecorder

    /// Creates the parts.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration` when the configuration cannot be used.
    init(
        _ configuration: OperatorConfiguration,
        client: KubeClient,
        isLeading: (@Sendable () -> Bool)?,
        now: @escaping @Sendable () -> Date,
        clock: some Clock<Duration>,
        metrics: any MetricsFactory,
        logger: Logger
    ) throws {
        let keySets = KeySetCache(
            fetcher: HTTPKeySetFetcher(configuration: try configuration.fetcherConfiguration),
            clock: clock,
            date: now,
            metrics: metrics,
            logger: logger
        )
        let events = EventRecorder(
            configuration.eventConfiguration,
            sink: KubeEventSink(client: client),
            now: now,
            metrics: metrics,
            logger: logger
        )
        let queue = WorkQueue<NamespacedName>(name: "appinstance", metrics: metrics)
        let adminMetrics = AdminMetrics(factory: metrics)
        let scopes = configuration.scopes.map { namespace in
            OperatorScope(configuration, namespace: namespace, client: client, queue: queue, logger: logger)
        }
        let reconciler = ScopedReconciler(scopes) { scope in
            InstanceReconciler(
                configuration: configuration.reconcilerConfiguration,
                client: client,
                stores: scope.stores,
                keySets: keySets,
                events: events,
                metrics: adminMetrics,
                isLeading: isLeading,
                now: now
            )
        }
        controller = Controller(
            name: "appinstance",
            reconciler: reconciler,
            queue: queue,
            configuration: configuration.controllerConfiguration,
            isReady: { for scope in scopes { try await scope.stores.waitUntilSynced() } },
            metrics: metrics,
            logger: logger
        )
        (self.keySets, self.events, self.queue, self.scopes) = (keySets, events, queue, scopes)
    }

    /// Whether every collection has been read in full at least once.
    var isSynced: Bool { scopes.allSatisfy(\.isSynced) }

    /// What a reconcile asks for keys, and where it tells what happened.
    var supports: [any Service] { [keySets, events] }

    /// What finds reasons to look at an AppInstance.
    var watches: [any Service] {
        scopes.flatMap(\.services) + [KeyChanges(cache: keySets, queue: queue)]
    }
}

extension ScopedReconciler {
    /// A reconciler for each scope.
    init(_ scopes: [OperatorScope], _ make: (OperatorScope) -> InstanceReconciler) {
        let named = scopes.compactMap { scope in scope.namespace.map { ($0, make(scope)) } }
        self.init(
            everywhere: scopes.first { $0.namespace == nil }.map(make),
            byNamespace: Dictionary(named) { first, _ in first }
        )
    }
}

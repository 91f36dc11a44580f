// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import KubeClient
import KubeController
import KubeCore
import Logging
import ServiceLifecycle

/// What the operator knows of one namespace, or of all: five stores, each kept by a watch.
///
/// Everything that belongs to an AppInstance is in its namespace, so scopes never need each other.
struct OperatorScope: Sendable {
    /// The namespace; `nil` for all.
    let namespace: String?
    /// The stores.
    let stores: OperatorStores
    /// What keeps them.
    let services: [any Service]

    init(
        namespace: String?,
        source: ObjectForm = .resources,
        store: ObjectForm = .resources,
        selector: String = "",
        shard: Shard? = nil,
        client: KubeClient,
        queue: WorkQueue<NamespacedName>,
        logger: Logger
    ) {
        self.namespace = namespace
        let isWanted = shard.map { shard -> @Sendable (NamespacedName) -> Bool in
            { shard.contains(namespace: $0.namespace ?? "") }
        }
        let stores = OperatorStores(source: source, store: store)
        self.stores = stores

        func keep<Source: ListWatchSource>(
            _ source: Source,
            of type: ResourceType,
            _ store: ObjectStore<Source.Object>,
            _ route: ChangeRoute<Source.Object>
        ) -> any Service {
            var logger = logger
            logger[metadataKey: "watch.resource"] = "\(type.qualifiedName)"
            // Of five watches that are not permitted the preflight makes one line.
            var configuration = WatcherConfiguration()
            configuration.levelBeforeSync = .debug
            let watcher = Watcher(source, configuration: configuration, logger: logger)
            return WatchedStore(watcher, into: store, routes: [route])
        }

        func watch<Object: JSONReadable & Sendable>(
            _ type: ResourceType,
            _ store: ObjectStore<Object>,
            labels: String = "",
            metadataOnly: Bool = false,
            _ route: ChangeRoute<Object>
        ) -> any Service {
            let source = KubeListWatch<Object>(
                client: client,
                type: type,
                namespace: namespace,
                labelSelector: labels,
                metadataOnly: metadataOnly,
                isWanted: isWanted
            )
            return keep(source, of: type, store, route)
        }

        let managed = "\(GrantLabels.managedBy)=\(GrantLabels.manager)"
        func labels(of component: GrantLabels.Component) -> String {
            "\(managed),\(GrantLabels.component)=\(component.rawValue)"
        }
        var services = [
            watch(.configMaps, stores.configMaps, metadataOnly: true, stores.bundleRoute(to: queue))
        ]
        switch store {
        case .resources:
            services += [
                watch(.configMaps, stores.keysConfigMaps, labels: managed, stores.keysRoute(to: queue)),
                watch(.adminGrants, stores.grants, stores.grantRoute(to: queue)),
                watch(.adminAccesses, stores.accesses, stores.accessRoute(to: queue)),
            ]
        case .configMaps:
            let others = GrantLabels.Component.allCases.map(\.rawValue).joined(separator: ",")
            services += [
                watch(
                    .configMaps,
                    stores.keysConfigMaps,
                    labels: "\(managed),\(GrantLabels.component) notin (\(others))",
                    stores.keysRoute(to: queue)
                ),
                watch(
                    .configMaps,
                    stores.grantDocuments,
                    labels: labels(of: .grants),
                    stores.grantDocumentRoute(to: queue)
                ),
                watch(
                    .configMaps,
                    stores.accessDocuments,
                    labels: labels(of: .access),
                    stores.accessDocumentRoute(to: queue)
                ),
            ]
        }
        if source == .configMaps, let namespace {
            let instances = ConfigMapInstances(
                client: client,
                namespace: namespace,
                labelSelector: selector,
                isWanted: isWanted
            )
            services.append(keep(instances, of: .configMaps, stores.instances, stores.instanceRoute(to: queue)))
        } else {
            services.append(
                watch(.appInstances, stores.instances, labels: selector, stores.instanceRoute(to: queue))
            )
        }
        self.services = services
    }

    /// Whether every store has been read in full at least once.
    var isSynced: Bool { stores.isSynced }
}

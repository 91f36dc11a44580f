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
        let stores = OperatorStores()
        self.stores = stores
        let managed = "\(GrantLabels.managedBy)=\(GrantLabels.manager)"

        func watch<Object: JSONReadable & Sendable>(
            _ type: ResourceType,
            _ store: ObjectStore<Object>,
            labels: String = "",
            metadataOnly: Bool = false,
            _ route: ChangeRoute<Object>
        ) -> any Service {
            var logger = logger
            logger[metadataKey: "watch.resource"] = "\(type.qualifiedName)"
            let source = KubeListWatch<Object>(
                client: client,
                type: type,
                namespace: namespace,
                labelSelector: labels,
                metadataOnly: metadataOnly,
                isWanted: isWanted
            )
            // Of five watches that are not permitted the preflight makes one line.
            var configuration = WatcherConfiguration()
            configuration.levelBeforeSync = .debug
            let watcher = Watcher(source, configuration: configuration, logger: logger)
            return WatchedStore(watcher, into: store, routes: [route])
        }
        services = [
            watch(.configMaps, stores.configMaps, metadataOnly: true, stores.bundleRoute(to: queue)),
            watch(.configMaps, stores.keysConfigMaps, labels: managed, stores.keysRoute(to: queue)),
            watch(.adminGrants, stores.grants, stores.grantRoute(to: queue)),
            watch(.adminAccesses, stores.accesses, stores.accessRoute(to: queue)),
            watch(.appInstances, stores.instances, labels: selector, stores.instanceRoute(to: queue)),
        ]
    }

    /// Whether every store has been read in full at least once.
    var isSynced: Bool {
        stores.instances.isSynced && stores.accesses.isSynced && stores.grants.isSynced
            && stores.keysConfigMaps.isSynced && stores.configMaps.isSynced
    }
}

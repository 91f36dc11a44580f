// Grantor
// SPDX-License-Identifier: Apache-2.0

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
        _ configuration: OperatorConfiguration,
        namespace: String?,
        client: KubeClient,
        queue: WorkQueue<NamespacedName>,
        logger: Logger
    ) {
        self.namespace = namespace
        stores = OperatorStores(source: configuration.source, store: configuration.store)
        let isWanted = configuration.shard.map { shard -> @Sendable (NamespacedName) -> Bool in
            { shard.contains(namespace: $0.namespace ?? "") }
        }
        let watches = ScopeWatches(
            client: client,
            namespace: namespace,
            isWanted: isWanted,
            stores: stores,
            queue: queue,
            logger: logger
        )
        services = [watches.bundles] + watches.outcomes + [watches.instances(configuration.selector)]
    }

    /// Whether every store has been read in full at least once.
    var isSynced: Bool { stores.isSynced }
}

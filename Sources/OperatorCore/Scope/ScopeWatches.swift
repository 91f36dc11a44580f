// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import KubeClient
import KubeController
import KubeCore
import Logging
import ServiceLifecycle

/// Makes the watches of one namespace, or of all: each keeps a store, and adds to the queue what a change is a reason for.
struct ScopeWatches: Sendable {
    private static let managed = "\(GrantLabels.managedBy)=\(GrantLabels.manager)"

    let client: KubeClient
    /// The namespace; `nil` for all.
    let namespace: String?
    /// Which objects are in the share of this operator; `nil` means all.
    let isWanted: (@Sendable (NamespacedName) -> Bool)?
    let stores: OperatorStores
    let queue: WorkQueue<NamespacedName>
    let logger: Logger

    /// The ConfigMaps with bundles of certification authorities: of each no more than that it has changed.
    var bundles: any Service {
        watch(.configMaps, stores.configMaps, metadataOnly: true, stores.bundleRoute(to: queue))
    }

    /// What the operator has made.
    var outcomes: [any Service] {
        switch stores.store {
        case .resources:
            [
                watch(.configMaps, stores.keysConfigMaps, labels: Self.managed, stores.keysRoute(to: queue)),
                watch(.adminGrants, stores.grants, stores.grantRoute(to: queue)),
                watch(.adminAccesses, stores.accesses, stores.accessRoute(to: queue)),
            ]
        case .configMaps:
            [
                watch(
                    .configMaps,
                    stores.keysConfigMaps,
                    labels: Self.labelsOfKeys,
                    stores.keysRoute(to: queue)
                ),
                watch(
                    .configMaps,
                    stores.grantDocuments,
                    labels: Self.labels(of: .grants),
                    stores.grantDocumentRoute(to: queue)
                ),
                watch(
                    .configMaps,
                    stores.accessDocuments,
                    labels: Self.labels(of: .access),
                    stores.accessDocumentRoute(to: queue)
                ),
            ]
        }
    }

    /// The AppInstances that a selector chooses.
    func instances(_ selector: String) -> any Service {
        let route = stores.instanceRoute(to: queue)
        guard stores.source == .configMaps, let namespace else {
            return watch(.appInstances, stores.instances, labels: selector, route)
        }
        let instances = ConfigMapInstances(
            client: client,
            namespace: namespace,
            labelSelector: selector,
            isWanted: isWanted
        )
        return keep(instances, of: .configMaps, stores.instances, route)
    }

    private static func labels(of component: GrantLabels.Component) -> String {
        "\(managed),\(GrantLabels.component)=\(component.rawValue)"
    }

    /// Keys have no component of their own.
    private static var labelsOfKeys: String {
        let others = GrantLabels.Component.allCases.map(\.rawValue).joined(separator: ",")
        return "\(managed),\(GrantLabels.component) notin (\(others))"
    }

    private func watch<Object: JSONReadable & Sendable>(
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

    private func keep<Source: ListWatchSource>(
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
}

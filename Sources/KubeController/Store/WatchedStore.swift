// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
public import ServiceLifecycle

/// The service that keeps a store in step with a collection, and tells the queues what changed.
///
/// ```
///   source ==> Watcher ==events==> ObjectStore ==changes==> routes ==keys==> queues
/// ```
public struct WatchedStore<Source: ListWatchSource>: Service {
    /// What is known of the collection.
    public let store: ObjectStore<Source.Object>
    private let watcher: Watcher<Source>
    private let routes: [ChangeRoute<Source.Object>]

    /// Creates the service.
    ///
    /// - Parameters:
    ///   - watcher: What to watch, and how.
    ///   - store: Where to keep it; this service is its one writer.
    ///   - routes: Who is told of changes, after the store has them.
    public init(
        _ watcher: Watcher<Source>,
        into store: ObjectStore<Source.Object>,
        routes: [ChangeRoute<Source.Object>]
    ) {
        self.watcher = watcher
        self.store = store
        self.routes = routes
    }

    /// How the watch is doing.
    public var health: WatcherHealth { watcher.health }

    /// Watches until graceful shutdown or cancellation.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await watcher.run { event in
                    for change in store.receive(event) {
                        for route in routes { route.deliver(change) }
                    }
                }
            } catch is CancellationError {
                // The only way a watcher ends.
            }
        }
    }
}

extension WatchedStore: CustomStringConvertible {
    /// The name that the log calls it by; made by reflection it would walk through the store.
    public var description: String { "WatchedStore" }
}

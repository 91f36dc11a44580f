// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeController
import KubeCore
import ServiceLifecycle

/// Makes a changed key set a reason to look at every AppInstance that uses it.
struct KeyChanges: Service {
    let cache: KeySetCache
    let queue: WorkQueue<NamespacedName>

    /// Passes changes on until graceful shutdown or cancellation.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await endpoint in cache.changes {
                for consumer in cache.consumers(of: endpoint) { queue.add(consumer, priority: .change) }
            }
        }
    }
}

extension KeyChanges: CustomStringConvertible {
    /// The name that the log calls it by; made by reflection it would walk through the cache.
    var description: String { "KeyChanges" }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// The kinds that the server serves: those built in, and those of the stored custom resource definitions.
final class ResourceRegistry: Sendable {
    /// The kinds served at one moment.
    struct Catalog: Sendable {
        /// Changes whenever `definitions` does; for caches of documents made from them.
        var generation: Int
        /// Every served version of every kind: built-in kinds first, then custom ones by group, version and plural.
        var definitions: [ResourceDefinition]

        /// The definition at an address.
        func definition(group: String, version: String, resource: String) -> ResourceDefinition? {
            definitions.first { $0.type.group == group && $0.type.version == version && $0.type.plural == resource }
        }
    }

    private let state: Mutex<Catalog>

    /// Creates a registry of built-in kinds alone.
    init(builtIn: [ResourceDefinition]) {
        state = Mutex(Catalog(generation: 1, definitions: builtIn))
    }

    /// The kinds served now.
    var catalog: Catalog {
        state.withLock { $0 }
    }
}

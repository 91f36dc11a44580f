// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// The kinds that the server serves: those built in, and those of the stored custom resource definitions.
final class ResourceRegistry: Sendable {
    /// The kinds served at one moment.
    struct Catalog: Sendable {
        private struct Address: Hashable {
            var group: String
            var version: String
            var resource: String
        }

        /// Changes whenever `definitions` does; for caches of documents made from them.
        let generation: Int
        /// Every served version of every kind: built-in kinds first, then custom ones by group, version and plural.
        let definitions: [ResourceDefinition]

        private let indexes: [Address: Int]

        fileprivate init(generation: Int, definitions: [ResourceDefinition]) {
            self.generation = generation
            self.definitions = definitions
            let addresses = definitions.enumerated().map { index, definition in
                let type = definition.type
                return (Address(group: type.group, version: type.version, resource: type.plural), index)
            }
            indexes = Dictionary(addresses) { first, _ in first }
        }

        /// The definition at an address.
        func definition(group: String, version: String, resource: String) -> ResourceDefinition? {
            indexes[Address(group: group, version: version, resource: resource)].map { definitions[$0] }
        }

        /// The definition of a kind, as objects and owner references name it.
        func definition(apiVersion: String, kind: String) -> ResourceDefinition? {
            definitions.first { $0.type.kind == kind && $0.type.apiVersion == apiVersion }
        }

        /// The definition in whose shape the objects of another are stored.
        ///
        /// Versions of a custom kind have one shape, so there each version may stand for itself.
        func stored(_ definition: ResourceDefinition) -> ResourceDefinition {
            guard definition.origin == .builtIn, definition.type.group == "events.k8s.io" else { return definition }
            return self.definition(group: "", version: "v1", resource: definition.type.plural) ?? definition
        }
    }

    private struct State {
        let builtIn: [ResourceDefinition]
        var catalog: Catalog
        var revision: Int64 = -1
    }

    private let state: Mutex<State>

    /// Creates a registry of built-in kinds alone.
    init(builtIn: [ResourceDefinition]) {
        state = Mutex(State(builtIn: builtIn, catalog: Catalog(generation: 1, definitions: builtIn)))
    }

    /// The kinds served now.
    var catalog: Catalog {
        state.withLock { $0.catalog }
    }

    /// Replaces the custom kinds.
    ///
    /// - Parameters:
    ///   - definitions: The custom kinds in any order.
    ///   - revision: The resource version at which they were read; older ones than seen before are ignored.
    func replaceCustom(_ definitions: [ResourceDefinition], revision: Int64) {
        let sorted = definitions.sorted { lhs, rhs in
            let left = [lhs.type.group, lhs.type.version, lhs.type.plural]
            return left.lexicographicallyPrecedes([rhs.type.group, rhs.type.version, rhs.type.plural])
        }
        state.withLock { state in
            guard revision > state.revision else { return }
            state.revision = revision
            state.catalog = Catalog(
                generation: state.catalog.generation + 1,
                definitions: state.builtIn + sorted
            )
        }
    }
}

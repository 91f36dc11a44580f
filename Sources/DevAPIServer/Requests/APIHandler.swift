// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// Answers requests to resources: the API server without HTTP, discovery and tables.
///
/// Guarantees: each write is atomic and gets its own resource version; reads see all writes answered before.
/// Garbage collection, deletion of namespaces and definitions, bookmarks and time-outs of watches happen while `run()`
/// runs; everything else works without.
final class APIHandler: Sendable {
    /// What can be set.
    struct Configuration: Sendable {
        /// The kinds that this server defines itself.
        var definitions: [ResourceDefinition]
        /// How many changes of each resource are kept for watchers.
        var historyCapacity = 8_192
        /// How long a watch is quiet before a bookmark is sent to who asked for them.
        var bookmarkInterval: Duration = .seconds(60)
        /// The resource version to begin with; above those of an earlier run, watchers of which must list again.
        var firstResourceVersion: Int64 = 1
        /// Whether a watch from a forgotten resource version is refused with HTTP 410 instead of begun and ended by an
        /// `ERROR` event, as the real server does; clients must bear both.
        var refusesExpiredWatches = false

        /// Creates a configuration with the defaults.
        init(definitions: [ResourceDefinition]) {
            self.definitions = definitions
        }
    }

    /// The kinds that are served now: built in, and defined by custom resource definitions.
    let registry: ResourceRegistry

    /// Creates a server with the namespaces that every cluster has.
    init(configuration: Configuration, timing: Timing = Timing()) {
        registry = ResourceRegistry(builtIn: configuration.definitions)
    }

    /// Answers one request; never throws, every failure is a `Status`.
    func handle(_ request: APIRequest) async -> APIResponse {
        .status(Status(code: 501, reason: "NotImplemented", message: "not implemented"), warnings: [])
    }

    /// Does the background work until cancelled: collects garbage, finishes deletions, times watches.
    ///
    /// Every watch ends when it returns.
    func run() async {}

    /// Forgets the history of changes: every older resource version is expired from now on (a fault for tests).
    func forgetHistory() {}

    /// Ends every watch that runs now, as a restarting server does (a fault for tests).
    func closeWatches() {}
}

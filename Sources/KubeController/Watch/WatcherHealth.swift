// Grantor
// SPDX-License-Identifier: Apache-2.0

/// How a watcher is doing.
public struct WatcherHealth: Sendable, Hashable {
    /// Whether the collection was read in full at least once.
    public var isSynced: Bool
    /// How long ago the API server last gave a good answer; `nil` when it never did.
    public var sinceLastContact: Duration?
    /// For how long nothing has succeeded; `nil` when all is well.
    public var failingFor: Duration?
    /// Why, in one CamelCase word: a `KubeError.Code` or one of the watcher's own.
    public var reason: String?
    /// Why, for people.
    public var message: String?
    /// The number of failures since the last good answer.
    public var consecutiveFailures: Int
    /// How often the collection was read anew, the first time included.
    public var restarts: Int
    /// How often a streaming list was given up for a plain one.
    public var streamingFallbacks: Int
}

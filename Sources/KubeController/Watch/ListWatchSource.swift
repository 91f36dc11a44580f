// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeClient
public import KubeCore

/// Where a watcher gets its objects: one collection that can be listed and watched.
///
/// Failures are thrown as `KubeError`; an `ERROR` event of a watch is thrown, too. Anything else that is thrown counts
/// as a passing fault, except `CancellationError`.
public protocol ListWatchSource<Object>: Sendable {
    /// What is kept of an object.
    associatedtype Object: Sendable
    /// The events of one watch.
    associatedtype Events: AsyncSequence<SourceEvent<Object>, any Error>, Sendable

    /// Reads the collection, or a page of it.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func list(_ options: ListOptions) async throws -> SourcePage<Object>

    /// Watches the collection; the sequence ends when the server ends the watch.
    ///
    /// - Throws: `KubeError` or `CancellationError`, now or while iterating.
    func watch(_ options: WatchOptions) async throws -> Events
}

/// A page of a collection.
public struct SourcePage<Object: Sendable>: Sendable {
    /// The objects.
    public var items: [Observed<Object>]
    /// The version of the collection; opaque.
    public var resourceVersion: String
    /// Where to go on; empty when this was the last page.
    public var continueToken: String

    /// Creates a page.
    public init(items: [Observed<Object>], resourceVersion: String, continueToken: String = "") {
        self.items = items
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
    }
}

/// One event of a watch.
public enum SourceEvent<Object: Sendable>: Sendable {
    /// An object is there, new or changed.
    case applied(Observed<Object>)
    /// An object is gone (or no longer selected); the version is that of its last state.
    case deleted(NamespacedName, resourceVersion: String)
    /// Nothing happened up to a version; `endsInitialEvents` closes a streaming list.
    case bookmark(resourceVersion: String, endsInitialEvents: Bool)
    /// Something that this program does not know, or that names no object.
    case ignored
}

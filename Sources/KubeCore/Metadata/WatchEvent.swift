// Grantor
// SPDX-License-Identifier: Apache-2.0

/// One line of a watch (`WatchEvent` of `meta/v1`).
public struct WatchEvent<Object: Sendable>: Sendable {
    /// What happened.
    public enum Kind: String, CaseIterable, Sendable {
        /// The object is new, or was there when the watch began.
        case added = "ADDED"
        /// The object changed.
        case modified = "MODIFIED"
        /// The object is gone; what comes along is its last state.
        case deleted = "DELETED"
        /// Nothing happened up to a resource version; the object carries metadata alone.
        case bookmark = "BOOKMARK"
        /// The watch failed; the object is a `Status`.
        case error = "ERROR"
    }

    /// What happened.
    public let kind: Kind
    /// To what.
    public let object: Object

    /// Creates an event.
    public init(_ kind: Kind, _ object: Object) {
        self.kind = kind
        self.object = object
    }
}

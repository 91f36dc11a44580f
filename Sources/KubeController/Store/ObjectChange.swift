// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What happened to one object in a store.
public struct ObjectChange<Object: Sendable>: Sendable {
    /// How the store came to know.
    public enum Origin: Sendable, Hashable {
        /// From reading the whole collection; the change may be old.
        case list
        /// From the watch, just now.
        case watch
    }

    /// The object.
    public let key: NamespacedName
    /// What was there before; `nil` when the object is new to the store.
    public let old: Object?
    /// What is there now; `nil` when the object is gone, or never could be read.
    public let new: Object?
    /// Why the present object cannot be read; `new` is then the last one that could.
    public let failure: DecodingFailure?
    /// How the store came to know.
    public let origin: Origin

    /// Creates a change.
    public init(
        key: NamespacedName,
        old: Object?,
        new: Object?,
        failure: DecodingFailure? = nil,
        origin: Origin
    ) {
        self.key = key
        self.old = old
        self.new = new
        self.failure = failure
        self.origin = origin
    }
}

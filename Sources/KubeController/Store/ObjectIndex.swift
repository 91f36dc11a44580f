// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// A way to find objects by something other than their name.
public struct ObjectIndex<Object: Sendable>: Sendable {
    /// The name of the index, unique in its store.
    public let name: String
    /// The values under which an object is found.
    ///
    /// Two values that are canonically equivalent Unicode share a bucket: a reader that must tell them apart compares
    /// what it finds.
    public let values: @Sendable (NamespacedName, Object) -> [String]

    /// Creates an index.
    public init(_ name: String, values: @escaping @Sendable (NamespacedName, Object) -> [String]) {
        self.name = name
        self.values = values
    }
}

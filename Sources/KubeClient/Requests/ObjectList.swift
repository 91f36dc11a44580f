// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// An answer to a list request: objects, and the version of the collection they were read at.
public struct ObjectList: Sendable {
    /// The objects; each carries `apiVersion` and `kind`, also where the server left them out.
    public var items: [JSONValue]
    /// The version of the collection; opaque.
    public var resourceVersion: String
    /// Where to go on; empty when this was all.
    public var continueToken: String
    /// How many objects are left after these, when the server tells.
    public var remainingItemCount: Int?

    /// Creates a list.
    public init(
        items: [JSONValue],
        resourceVersion: String,
        continueToken: String = "",
        remainingItemCount: Int? = nil
    ) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
        self.remainingItemCount = remainingItemCount
    }
}

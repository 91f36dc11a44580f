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

extension ObjectList {
    /// Reads the answer to a list request; `nil` when it is none.
    init?(_ answer: JSONValue, of type: ResourceType) {
        guard let members = answer.object, let metadata = members["metadata"]?.object else { return nil }
        switch members["items"] {
        // Go writes a list without elements as null.
        case .null: items = []
        case .array(let elements): items = elements
        default: return nil
        }
        for index in items.indices where items[index]["kind"] == nil {
            // Built-in types leave these out within a list.
            items[index]["apiVersion"] = .string(type.apiVersion)
            items[index]["kind"] = .string(type.kind)
        }
        resourceVersion = metadata["resourceVersion"]?.string ?? ""
        continueToken = metadata["continue"]?.string ?? ""
        remainingItemCount = metadata["remainingItemCount"]?.integer.map { Int($0) }
    }
}

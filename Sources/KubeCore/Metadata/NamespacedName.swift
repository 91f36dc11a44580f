// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The name of an object together with its namespace; the key of caches and queues.
public struct NamespacedName: Sendable, Hashable {
    /// The namespace; `nil` for objects of the whole cluster.
    public let namespace: String?
    /// The name.
    public let name: String

    /// Creates a name.
    public init(namespace: String?, name: String) {
        self.namespace = namespace
        self.name = name
    }
}

extension NamespacedName: CustomStringConvertible {
    /// `namespace/name`, or the name alone.
    public var description: String {
        namespace.map { "\($0)/\(name)" } ?? name
    }
}

extension NamespacedName: Comparable {
    /// Orders by namespace, then by name.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        let order = UTF8Order.compare(lhs.namespace ?? "", rhs.namespace ?? "")
        return order == 0 ? UTF8Order.compare(lhs.name, rhs.name) < 0 : order < 0
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What a path below `/api/V` or `/apis/G/V` names.
///
/// The rules are those of `RequestInfo` in `k8s.io/apiserver/pkg/endpoints/request`.
struct ResourceAddress: Sendable, Equatable {
    /// The API group; empty for the core group.
    var group: String
    /// The version.
    var version: String
    /// The plural name of the resource.
    var resource: String
    /// The namespace.
    var namespace: String?
    /// The name of the object.
    var name: String?
    /// The subresource, as in `status`.
    var subresource: String?

    /// Reads what follows the version; `nil` when nothing does.
    init?(group: String, version: String, rest: ArraySlice<String>) {
        guard let first = rest.first else { return nil }
        self.group = group
        self.version = version
        var parts = rest
        if first == "namespaces", rest.count >= 3, !Self.isOfNamespaceItself(rest, group: group) {
            parts.removeFirst()
            namespace = parts.removeFirst()
        }
        resource = parts.removeFirst()
        name = parts.popFirst()
        subresource = parts.isEmpty ? nil : parts.joined(separator: "/")
    }

    /// `namespaces/N/status` and `namespaces/N/finalize` are subresources; everything else stands in the namespace.
    private static func isOfNamespaceItself(_ rest: ArraySlice<String>, group: String) -> Bool {
        guard group.isEmpty, rest.count == 3, let last = rest.last else { return false }
        return last == "status" || last == "finalize"
    }
}

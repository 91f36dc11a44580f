// Grantor
// SPDX-License-Identifier: Apache-2.0

package import KubeCore

/// What somebody is about to do, for a rule beside the server's own.
package struct RequestAttempt: Sendable, Hashable {
    /// Decides about an attempt before the server sees it: a status refuses it, `nil` lets it through.
    ///
    /// Tests play missing permissions, busy servers and unlucky moments with it; it may take its time.
    package typealias Rule = @Sendable (RequestAttempt) async -> Status?

    /// What is asked, as in `create`.
    package let verb: String
    /// The API group; empty for the core group.
    package let group: String
    /// The plural name of the resource.
    package let resource: String
    /// The subresource, as in `status`.
    package let subresource: String?
    /// The namespace of the path.
    package let namespace: String?
    /// The name of the path; creations have none.
    package let name: String?
    /// The client's name for itself.
    package let userAgent: String

    /// Takes a request.
    init(_ request: APIRequest) {
        verb = request.verb.rawValue
        group = request.group
        resource = request.resource
        subresource = request.subresource
        namespace = request.namespace
        name = request.name
        userAgent = request.userAgent
    }

    /// The answer of a server whose rules of access do not permit it.
    package func forbidden(to user: String) -> Status {
        AccessAttributes(
            verb: verb,
            group: group,
            resource: resource,
            subresource: subresource ?? "",
            namespace: namespace ?? "",
            name: name ?? ""
        ).forbidden(to: user)
    }
}

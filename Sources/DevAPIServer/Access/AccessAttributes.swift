// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubeCore

/// What somebody wants to do, as rules of access speak of it.
///
/// The rules are those of `RequestInfo` in `k8s.io/apiserver/pkg/endpoints/request`.
struct AccessAttributes: Sendable, Hashable {
    /// The verb: `create`, `list`..., or the method in lower case for paths that are no resources.
    var verb: String
    /// The API group; empty for the core group.
    var group = ""
    /// The version.
    var version = ""
    /// The resource.
    var resource = ""
    /// The subresource; empty for the objects themselves.
    var subresource = ""
    /// The namespace; empty for the whole cluster.
    var namespace = ""
    /// The name; empty for all.
    var name = ""
    /// The path, of something that is no resource.
    var path: String?

    /// The resource with its subresource, as rules name it.
    var qualifiedResource: String { subresource.isEmpty ? resource : "\(resource)/\(subresource)" }

    /// The answer to who is not permitted it (`endpoints/handlers/responsewriters/errors.go`).
    ///
    /// - Parameters:
    ///   - user: Who is not.
    ///   - reason: What kept the server from finding a permission; mostly empty.
    /// - Returns: A status 403.
    func forbidden(to user: String, because reason: String = "") -> Status {
        let suffix = reason.isEmpty ? "" : ": \(reason)"
        if let path {
            let text = "forbidden: User \(Self.quoted(user)) cannot \(verb) path \(Self.quoted(path))\(suffix)"
            return Status(code: 403, reason: "Forbidden", message: text)
        }
        let place = namespace.isEmpty ? "at the cluster scope" : "in the namespace \(Self.quoted(namespace))"
        let qualified = group.isEmpty ? resource : "\(resource).\(group)"
        let named = name.isEmpty ? "" : " \(Self.quoted(name))"
        return Status(
            code: 403,
            reason: "Forbidden",
            message: "\(qualified)\(named) is forbidden: User \(Self.quoted(user)) cannot \(verb) resource "
                + "\(Self.quoted(qualifiedResource)) in API group \(Self.quoted(group)) \(place)\(suffix)",
            name: name,
            group: group,
            kind: resource
        )
    }

    /// A text in quotation marks, as messages show names.
    static func quoted(_ text: String) -> String { JSONValue.string(text).jsonText }
}

extension AccessAttributes {
    /// Reads what a request over HTTP wants.
    init(_ route: Route, target: RequestTarget, method: HTTPRequest.Method) {
        guard case .resource(let address) = route else {
            self.init(verb: method.rawValue.lowercased(), path: target.path)
            return
        }
        self.init(
            verb: "",
            group: address.group,
            version: address.version,
            resource: address.resource,
            subresource: address.subresource.map(Self.firstStep) ?? "",
            namespace: address.namespace ?? "",
            name: address.name ?? ""
        )
        if group.isEmpty, resource == "namespaces", namespace.isEmpty { namespace = name }
        verb = verb(of: method, query: target.query)
        if ["list", "watch", "deletecollection"].contains(verb), let selector = target.query["fieldSelector"] {
            name = Self.selectedName(selector) ?? name
        }
    }

    private func verb(of method: HTTPRequest.Method, query: [String: String]) -> String {
        switch method {
        case .get, .head:
            if subresource.isEmpty, let watch = query["watch"], ResourceQuery.isTrue(watch) { return "watch" }
            return name.isEmpty ? "list" : "get"
        case .post: return "create"
        case .put: return "update"
        case .patch: return "patch"
        case .delete: return name.isEmpty ? "deletecollection" : "delete"
        default: return method.rawValue.lowercased()
        }
    }

    private static func firstStep(_ subresource: String) -> String {
        String(subresource.prefix { $0 != "/" })
    }

    /// The one name that a field selector lets through.
    private static func selectedName(_ selector: String) -> String? {
        let requirements = (try? FieldSelector(parsing: selector))?.requirements ?? []
        return requirements.first { $0.field == "metadata.name" && $0.mustEqual }?.value
    }
}

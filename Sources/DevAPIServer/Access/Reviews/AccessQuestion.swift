// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What a review of access asks about (`pkg/apis/authorization/validation`).
struct AccessQuestion: Sendable {
    /// What somebody wants to do.
    let attributes: AccessAttributes

    /// Reads a question.
    ///
    /// - Parameters:
    ///   - spec: The `spec` of the review.
    ///   - metadata: The `metadata`, which must say nothing.
    ///   - namespace: The namespace that it must be about; `nil` for reviews of the cluster.
    /// - Throws: `Status` 422 that names what is wrong.
    init(_ spec: JSONValue, metadata: JSONObject, namespace: String? = nil) throws(Status) {
        let resource = spec["resourceAttributes"].flatMap { $0.isNull ? nil : $0 }
        let path = spec["nonResourceAttributes"].flatMap { $0.isNull ? nil : $0 }
        var errors: [FieldError] = []
        let resourcePath = FieldPath(keys: "spec", "resourceAttributes")
        let otherPath = FieldPath(keys: "spec", "nonResourceAttributes")
        if path != nil, resource != nil {
            let detail = "cannot be specified in combination with resourceAttributes"
            errors.append(FieldError(.invalid, otherPath, badValue: path, detail: detail))
        }
        if path == nil, resource == nil {
            let detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
            errors.append(FieldError(.invalid, resourcePath, badValue: .null, detail: detail))
        }
        var left = metadata
        for name in ["managedFields", "creationTimestamp"] { left[name] = nil }
        if let namespace {
            if left["namespace"]?.string == namespace { left["namespace"] = nil }
            let asked = resource?["namespace"]?.string ?? ""
            if resource != nil, !UTF8Order.equal(asked, namespace) {
                errors.append(
                    FieldError(
                        .invalid,
                        resourcePath.appending(key: "namespace"),
                        badValue: .string(asked),
                        detail: "must match metadata.namespace"
                    )
                )
            }
            if path != nil {
                let detail = "disallowed on this kind of request"
                errors.append(FieldError(.invalid, otherPath, badValue: path, detail: detail))
            }
        }
        if !left.isEmpty {
            errors.append(
                FieldError(.invalid, FieldPath(keys: "metadata"), badValue: .object(left), detail: "must be empty")
            )
        }
        if !errors.isEmpty { throw .invalid(kind: "", group: "authorization.k8s.io", name: "", errors) }
        attributes = Self.attributes(resource: resource, path: path)
    }

    /// Whom a review of others is about.
    ///
    /// - Throws: `Status` 422 when nobody is named.
    func user(_ spec: JSONValue) throws(Status) -> UserInfo {
        let groups = (spec["groups"]?.array ?? []).compactMap(\.string)
        let name = spec["user"]?.string ?? ""
        if name.isEmpty, groups.isEmpty {
            let error = FieldError(
                .invalid,
                FieldPath(keys: "spec", "user"),
                badValue: "",
                detail: "at least one of user or group must be specified"
            )
            throw .invalid(kind: "", group: "authorization.k8s.io", name: "", [error])
        }
        return UserInfo(name: name, uid: spec["uid"]?.string ?? "", groups: groups)
    }

    private static func attributes(resource: JSONValue?, path: JSONValue?) -> AccessAttributes {
        func text(_ name: String) -> String { resource?[name]?.string ?? "" }
        guard resource != nil else {
            return AccessAttributes(verb: path?["verb"]?.string ?? "", path: path?["path"]?.string ?? "")
        }
        return AccessAttributes(
            verb: text("verb"),
            group: text("group"),
            version: text("version"),
            resource: text("resource"),
            subresource: text("subresource"),
            namespace: text("namespace"),
            name: text("name")
        )
    }
}

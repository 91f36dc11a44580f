// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The questions who one is and what one may do (`authentication.k8s.io`, `authorization.k8s.io`).
///
/// Whoever has the token is `system:admin` and may do everything.
enum AccessReview {
    /// The user that everybody is.
    static let userName = "system:admin"
    /// The groups of that user.
    static let groups = ["system:masters", "system:authenticated"]

    /// The definitions, for discovery: kinds that are created and never stored.
    static let definitions: [ResourceDefinition] = [
        definition("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews"),
        definition("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews"),
        definition("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews"),
        definition("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews"),
    ]

    /// Answers a review; `nil` when the request is none.
    static func answer(_ request: APIRequest) -> APIResponse? {
        guard request.group == "authentication.k8s.io" || request.group == "authorization.k8s.io" else { return nil }
        guard
            let definition = definitions.first(where: {
                $0.type.group == request.group && $0.type.version == request.version
                    && $0.type.plural == request.resource
            })
        else { return nil }
        guard request.verb == .create else { return .status(.methodNotAllowed, warnings: []) }
        var review = JSONValue.object([:])
        if !request.body.isEmpty {
            guard let given = try? JSONValue(parsing: request.body), given.object != nil else {
                let status = Status(code: 400, reason: "BadRequest", message: "the body of the request is not JSON")
                return .status(status, warnings: [])
            }
            review = given
        }
        review["apiVersion"] = .string(definition.type.apiVersion)
        review["kind"] = .string(definition.type.kind)
        review["metadata"] = review["metadata"] ?? ["creationTimestamp": .null]
        review["status"] = status(of: definition.type.kind, user: request.user)
        return .object(code: 201, review, definition: definition, warnings: [])
    }

    private static func status(of kind: String, user: String) -> JSONValue {
        switch kind {
        case "SelfSubjectReview":
            return ["userInfo": ["username": .string(user), "groups": .array(groups.map(JSONValue.string))]]
        case "SelfSubjectRulesReview":
            return [
                "incomplete": false,
                "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
                "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]],
            ]
        default: return ["allowed": true]
        }
    }

    private static func definition(_ group: String, _ kind: String, _ plural: String) -> ResourceDefinition {
        ResourceDefinition(
            type: ResourceType(group: group, version: "v1", kind: kind, plural: plural, isNamespaced: false),
            singular: kind.lowercased(),
            listKind: "",
            storageKey: ""
        )
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The questions who one is and who may do what (`authentication.k8s.io`, `authorization.k8s.io`).
///
/// They are created and never stored; the answer is their `status`.
struct AccessReview: Sendable {
    /// The definitions, for discovery.
    static let definitions: [ResourceDefinition] = [
        definition("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews"),
        definition("authentication.k8s.io", "TokenReview", "tokenreviews"),
        definition("authorization.k8s.io", "LocalSubjectAccessReview", "localsubjectaccessreviews", isNamespaced: true),
        definition("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews"),
        definition("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews"),
        definition("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews"),
    ]

    /// Who may do what.
    let authorizer: AccessAuthorizer
    /// The tokens of service accounts.
    let tokens: ServiceAccountTokens
    /// The token of `system:admin`; `nil` when there is none.
    let adminToken: BearerToken?
    /// The time of day as objects carry it.
    let timestamp: String

    /// The definition of a review; `nil` when the request is none.
    static func definition(of request: APIRequest) -> ResourceDefinition? {
        guard request.group == "authentication.k8s.io" || request.group == "authorization.k8s.io" else { return nil }
        return definitions.first {
            $0.type.group == request.group && $0.type.version == request.version
                && $0.type.plural == request.resource
        }
    }

    /// Answers a review.
    ///
    /// - Throws: `Status` when the question cannot be understood.
    func answer(_ request: APIRequest, _ definition: ResourceDefinition) throws(Status) -> APIResponse {
        guard request.verb == .create, request.subresource == nil else { throw .methodNotAllowed }
        guard definition.type.isNamespaced == (request.namespace != nil) else { throw .unknownResource }
        let options = try WriteOptions(request, kind: "CreateOptions")
        var warnings: [String] = []
        var review = JSONValue.object([:])
        if !request.body.isEmpty {
            review = try BodyDecoder.object(
                request,
                as: definition,
                validation: options.fieldValidation,
                warnings: &warnings
            )
        }
        review["apiVersion"] = .string(definition.type.apiVersion)
        review["kind"] = .string(definition.type.kind)
        var metadata = review["metadata"]?.object ?? [:]
        if let namespace = request.namespace { metadata["namespace"] = metadata["namespace"] ?? .string(namespace) }
        review["metadata"] = .object(metadata)
        let spec = review["spec"] ?? [:]
        switch definition.type.kind {
        case "SelfSubjectReview":
            review["metadata", default: [:]]["creationTimestamp"] = .string(timestamp)
            review["status"] = ["userInfo": request.user.json]
        case "TokenReview": review["status"] = try status(ofToken: spec)
        case "SelfSubjectRulesReview":
            review["status"] = try rules(of: request.user, namespace: spec["namespace"]?.string ?? "")
            review["spec"] = [:]
        case "SelfSubjectAccessReview":
            review["status"] = decision(try AccessQuestion(spec, metadata: metadata).attributes, for: request.user)
        default:
            let question = try AccessQuestion(spec, metadata: metadata, namespace: request.namespace)
            review["status"] = decision(question.attributes, for: try question.user(spec))
        }
        return .object(code: 201, review, definition: definition, warnings: warnings)
    }

    private func decision(_ attributes: AccessAttributes, for user: UserInfo) -> JSONValue {
        let decision = authorizer.decide(attributes, for: user)
        return .members([
            "allowed": .bool(decision.isAllowed),
            "reason": decision.reason.isEmpty ? nil : .string(decision.reason),
        ])
    }

    private func rules(of user: UserInfo, namespace: String) throws(Status) -> JSONValue {
        if namespace.isEmpty { throw .badRequest("no namespace on request") }
        let (rules, problems) =
            authorizer.isEnforcing
            ? authorizer.view(of: user).rules(in: namespace) : (AccessRule.everything, [])
        let resources = rules.filter { !$0.resources.isEmpty }.map { rule in
            JSONValue.members([
                "verbs": Self.texts(rule.verbs), "apiGroups": Self.texts(rule.groups),
                "resources": Self.texts(rule.resources),
                "resourceNames": rule.names.isEmpty ? nil : Self.texts(rule.names),
            ])
        }
        let paths = rules.filter { !$0.paths.isEmpty }.map { rule -> JSONValue in
            ["verbs": Self.texts(rule.verbs), "nonResourceURLs": Self.texts(rule.paths)]
        }
        return .members([
            "resourceRules": .array(resources), "nonResourceRules": .array(paths), "incomplete": false,
            "evaluationError": problems.isEmpty ? nil : .string(AccessView.joined(problems)),
        ])
    }

    private func status(ofToken spec: JSONValue) throws(Status) -> JSONValue {
        guard let token = spec["token"]?.string, !token.isEmpty else {
            throw .badRequest("token is required for TokenReview in authentication")
        }
        let asked = (spec["audiences"]?.array ?? []).compactMap(\.string)
        let audiences = asked.isEmpty ? [ServiceAccountTokens.issuer] : asked
        do throws(ServiceAccountTokens.Refusal) {
            if adminToken?.accepts(token) == true {
                guard audiences.contains(ServiceAccountTokens.issuer) else { throw .invalid }
                return Self.authenticated(.admin, audiences: [ServiceAccountTokens.issuer])
            }
            let proof = try tokens.prove(token, audiences: audiences)
            return Self.authenticated(proof.caller.user, audiences: proof.audiences)
        } catch {
            return ["user": [:], "error": .string(error.message)]
        }
    }

    private static func authenticated(_ user: UserInfo, audiences: [String]) -> JSONValue {
        ["authenticated": true, "user": user.json, "audiences": texts(audiences)]
    }

    private static func texts(_ list: [String]) -> JSONValue {
        .array(list.map(JSONValue.string))
    }

    private static func definition(
        _ group: String,
        _ kind: String,
        _ plural: String,
        isNamespaced: Bool = false
    ) -> ResourceDefinition {
        ResourceDefinition(
            type: ResourceType(group: group, version: "v1", kind: kind, plural: plural, isNamespaced: isNamespaced),
            singular: kind.lowercased(),
            listKind: "",
            storageKey: ""
        )
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What roles and bindings must look like beyond their schema (`pkg/apis/rbac/validation`).
enum RoleRules {
    private static let group = "rbac.authorization.k8s.io"

    /// The problems of a role or binding.
    static func problems(_ object: JSONValue, of type: ResourceType) -> [FieldError] {
        switch type.kind {
        case "Role": ruleProblems(object, isNamespaced: true)
        case "ClusterRole": ruleProblems(object, isNamespaced: false) + aggregationProblems(object["aggregationRule"])
        case "RoleBinding": bindingProblems(object, roles: ["Role", "ClusterRole"], isNamespaced: true)
        case "ClusterRoleBinding": bindingProblems(object, roles: ["ClusterRole"], isNamespaced: false)
        default: []
        }
    }

    /// Puts the API group of subjects in, which most people leave out.
    static func complete(_ object: inout JSONValue, of type: ResourceType) {
        guard type.kind.hasSuffix("Binding"), var subjects = object["subjects"]?.array else { return }
        for index in subjects.indices {
            let kind = subjects[index]["kind"]?.string
            guard kind == "User" || kind == "Group", subjects[index]["apiGroup"]?.string?.isEmpty ?? true else {
                continue
            }
            subjects[index]["apiGroup"] = .string(group)
        }
        object["subjects"] = .array(subjects)
    }

    private static func ruleProblems(_ object: JSONValue, isNamespaced: Bool) -> [FieldError] {
        let rules = object["rules"]?.array ?? []
        return rules.enumerated().flatMap { index, rule in
            problems(
                rule,
                at: FieldPath(keys: "rules").appending(index: index),
                isNamespaced: isNamespaced
            )
        }
    }

    private static func problems(_ rule: JSONValue, at path: FieldPath, isNamespaced: Bool) -> [FieldError] {
        func isEmpty(_ member: String) -> Bool { rule[member]?.array?.isEmpty ?? true }
        var errors: [FieldError] = []
        if rule["verbs"] != nil, isEmpty("verbs") {
            let detail = "verbs must contain at least one value"
            errors.append(FieldError(.required, path.appending(key: "verbs"), detail: detail))
        }
        if !isEmpty("nonResourceURLs") {
            let urls = path.appending(key: "nonResourceURLs")
            if isNamespaced {
                let detail = "namespaced rules cannot apply to non-resource URLs"
                errors.append(FieldError(.invalid, urls, badValue: rule["nonResourceURLs"], detail: detail))
            }
            if !isEmpty("apiGroups") || !isEmpty("resources") || !isEmpty("resourceNames") {
                let detail = "rules cannot apply to both regular resources and non-resource URLs"
                errors.append(FieldError(.invalid, urls, badValue: rule["nonResourceURLs"], detail: detail))
            }
            return errors
        }
        if isEmpty("apiGroups") {
            let detail = "resource rules must supply at least one api group"
            errors.append(FieldError(.required, path.appending(key: "apiGroups"), detail: detail))
        }
        if isEmpty("resources") {
            let detail = "resource rules must supply at least one resource"
            errors.append(FieldError(.required, path.appending(key: "resources"), detail: detail))
        }
        return errors
    }

    private static func aggregationProblems(_ rule: JSONValue?) -> [FieldError] {
        guard let rule, !rule.isNull, rule["clusterRoleSelectors"]?.array?.isEmpty ?? true else { return [] }
        return [
            FieldError(
                .required,
                FieldPath(keys: "aggregationRule", "clusterRoleSelectors"),
                detail: "at least one clusterRoleSelector required if aggregationRule is non-nil"
            )
        ]
    }

    private static func bindingProblems(_ object: JSONValue, roles: [String], isNamespaced: Bool) -> [FieldError] {
        let path = FieldPath(keys: "roleRef")
        var errors: [FieldError] = []
        let reference = object["roleRef"]
        if let given = reference?["apiGroup"]?.string, !given.isEmpty, given != group {
            errors.append(unsupported(given, [group], at: path.appending(key: "apiGroup")))
        }
        if let kind = reference?["kind"]?.string, !roles.contains(kind) {
            errors.append(unsupported(kind, roles, at: path.appending(key: "kind")))
        }
        if let name = reference?["name"]?.string {
            if name.isEmpty { errors.append(FieldError(.required, path.appending(key: "name"))) }
            errors += ObjectNames.problems(name, .pathSegment).map {
                FieldError(.invalid, path.appending(key: "name"), badValue: .string(name), detail: $0)
            }
        }
        for (index, subject) in (object["subjects"]?.array ?? []).enumerated() {
            let path = FieldPath(keys: "subjects").appending(index: index)
            errors += subjectProblems(subject, at: path, isNamespaced: isNamespaced)
        }
        return errors
    }

    private static func subjectProblems(_ subject: JSONValue, at path: FieldPath, isNamespaced: Bool) -> [FieldError] {
        var errors: [FieldError] = []
        let name = subject["name"]?.string
        if name?.isEmpty == true { errors.append(FieldError(.required, path.appending(key: "name"))) }
        let given = subject["apiGroup"]?.string ?? ""
        switch subject["kind"]?.string {
        case "ServiceAccount":
            if let name, !name.isEmpty {
                errors += ObjectNames.problems(name, .subdomain).map {
                    FieldError(.invalid, path.appending(key: "name"), badValue: .string(name), detail: $0)
                }
            }
            if !given.isEmpty { errors.append(unsupported(given, [""], at: path.appending(key: "apiGroup"))) }
            if !isNamespaced, subject["namespace"]?.string?.isEmpty ?? true {
                errors.append(FieldError(.required, path.appending(key: "namespace")))
            }
        case "User", "Group":
            if given != group { errors.append(unsupported(given, [group], at: path.appending(key: "apiGroup"))) }
        case let kind?:
            errors.append(unsupported(kind, ["ServiceAccount", "User", "Group"], at: path.appending(key: "kind")))
        case nil: break
        }
        return errors
    }

    private static func unsupported(_ value: String, _ supported: [String], at path: FieldPath) -> FieldError {
        let list = supported.map(AccessAttributes.quoted).joined(separator: ", ")
        return FieldError(.notSupported, path, badValue: .string(value), detail: "supported values: \(list)")
    }
}

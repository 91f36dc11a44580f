// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// One rule of a role (`PolicyRule` of `rbac.authorization.k8s.io/v1`), ready to be compared with.
///
/// What is compared comes from outside and is compared by its bytes.
struct AccessRule: Sendable, Hashable {
    /// The verbs; `*` means all.
    var verbs: [String] = []
    /// The API groups; `*` means all.
    var groups: [String] = []
    /// The resources, with a slash before subresources; `*` means all, `*/x` a subresource of all.
    var resources: [String] = []
    /// The names of objects; none means all.
    var names: [String] = []
    /// The paths that are no resources; a star at the end stands for anything.
    var paths: [String] = []

    /// Everything there is.
    static let everything: [AccessRule] = [
        AccessRule(verbs: ["*"], groups: ["*"], resources: ["*"]), AccessRule(verbs: ["*"], paths: ["*"]),
    ]

    /// Whether the rule permits something (`plugin/pkg/auth/authorizer/rbac/rbac.go`, `RuleAllows`).
    ///
    /// - Parameters:
    ///   - attributes: What is wanted.
    ///   - resource: The resource with its subresource, made once for all rules.
    /// - Returns: Whether it is permitted.
    func allows(_ attributes: AccessAttributes, resource: String) -> Bool {
        guard Self.holds(verbs, attributes.verb) else { return false }
        if let path = attributes.path { return paths.contains { Self.matches(path, pattern: $0) } }
        return Self.holds(groups, attributes.group)
            && Self.names(resources, resource, subresource: attributes.subresource)
            && (names.isEmpty || names.contains { UTF8Order.equal($0, attributes.name) })
    }

    /// Whether a list names something or holds a star.
    static func holds(_ list: [String], _ text: String) -> Bool {
        list.contains { $0 == "*" || UTF8Order.equal($0, text) }
    }

    /// Whether a list of resources names one.
    static func names(_ resources: [String], _ resource: String, subresource: String) -> Bool {
        resources.contains { candidate in
            if candidate == "*" || UTF8Order.equal(candidate, resource) { return true }
            guard !subresource.isEmpty, candidate.hasPrefix("*/") else { return false }
            return UTF8Order.equal(String(candidate.dropFirst(2)), subresource)
        }
    }

    /// Whether a path is one that a pattern stands for.
    static func matches(_ path: String, pattern: String) -> Bool {
        if pattern == "*" || UTF8Order.equal(pattern, path) { return true }
        guard pattern.utf8.last == UInt8(ascii: "*") else { return false }
        var prefix = Substring(pattern)
        while prefix.utf8.last == UInt8(ascii: "*") { prefix.removeLast() }
        return path.utf8.starts(with: prefix.utf8)
    }
}

extension AccessRule {
    /// Reads the rules of a role; what is malformed holds nothing.
    static func list(_ rules: JSONValue?) -> [AccessRule] {
        (rules?.array ?? []).map { rule in
            AccessRule(
                verbs: texts(rule["verbs"]),
                groups: texts(rule["apiGroups"]),
                resources: texts(rule["resources"]),
                names: texts(rule["resourceNames"]),
                paths: texts(rule["nonResourceURLs"])
            )
        }
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        (value?.array ?? []).compactMap(\.string)
    }
}

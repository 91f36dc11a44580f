// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension AccessRule {
    /// What of a set of rules is not permitted by another (`component-helpers/auth/rbac/validation/policy_comparator.go`).
    ///
    /// - Parameters:
    ///   - wanted: The rules that somebody wants to give.
    ///   - held: The rules that they hold.
    /// - Returns: Rules of one verb and one resource or path each.
    static func missing(_ wanted: [AccessRule], held: [AccessRule]) -> [AccessRule] {
        wanted.flatMap(\.parts).filter { part in !held.contains { $0.covers(part) } }
    }

    /// Rules of the same resource told as one.
    static func compact(_ rules: [AccessRule]) -> [AccessRule] {
        var compacted: [AccessRule] = []
        for rule in rules {
            let twin = compacted.firstIndex {
                rule.paths.isEmpty && $0.paths.isEmpty && $0.groups == rule.groups && $0.resources == rule.resources
                    && $0.names == rule.names
            }
            guard let twin else {
                compacted.append(rule)
                continue
            }
            compacted[twin].verbs += rule.verbs.filter { !compacted[twin].verbs.contains($0) }
        }
        return compacted
    }

    /// The rule as messages show it: `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}`.
    var description: String {
        let members = [
            ("APIGroups", groups), ("Resources", resources), ("NonResourceURLs", paths), ("ResourceNames", names),
            ("Verbs", verbs),
        ]
        let shown = members.filter { !$0.1.isEmpty }.map { "\($0.0):\(Self.quoted($0.1))" }
        return "{\(shown.joined(separator: ", "))}"
    }

    /// A list of texts as messages show it: `["a" "b"]`.
    static func quoted(_ texts: [String]) -> String {
        "[\(texts.map(AccessAttributes.quoted).joined(separator: " "))]"
    }

    /// The same in rules of one verb and one resource or path each.
    private var parts: [AccessRule] {
        var parts: [AccessRule] = []
        for group in groups {
            for resource in resources {
                for verb in verbs {
                    let part = AccessRule(verbs: [verb], groups: [group], resources: [resource])
                    if names.isEmpty { parts.append(part) }
                    for name in names {
                        var named = part
                        named.names = [name]
                        parts.append(named)
                    }
                }
            }
        }
        for path in paths {
            for verb in verbs { parts.append(AccessRule(verbs: [verb], paths: [path])) }
        }
        return parts
    }

    private func covers(_ part: AccessRule) -> Bool {
        guard part.verbs.allSatisfy({ Self.holds(verbs, $0) }) else { return false }
        if !part.paths.isEmpty {
            return part.paths.allSatisfy { path in paths.contains { Self.matches(path, pattern: $0) } }
        }
        return part.groups.allSatisfy { Self.holds(groups, $0) }
            && part.resources.allSatisfy { resource in
                let subresource = resource.split(separator: "/", maxSplits: 1).dropFirst().first.map(String.init)
                return Self.names(resources, resource, subresource: subresource ?? "")
            }
            && (names.isEmpty
                || (!part.names.isEmpty
                    && part.names.allSatisfy { name in names.contains { UTF8Order.equal($0, name) } }))
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Fills the ClusterRoles that are made of others, as `clusterrole-aggregation-controller` does.
struct RoleAggregation {
    /// The server.
    let handler: APIHandler

    /// Brings all of them up to date; those that are made of such ones too.
    func run() {
        // A chain of n roles is settled after n rounds; one that feeds itself never changes again.
        for _ in 0..<16 where !runOnce() { return }
    }

    /// Whether anything changed.
    private func runOnce() -> Bool {
        let place = handler.access.keys.clusterRoles
        let roles = handler.storage.snapshot(place, namespace: nil).objects
        var hasChanged = false
        for role in roles {
            let selectors = role.value["aggregationRule"]?["clusterRoleSelectors"]?.array ?? []
            if selectors.isEmpty { continue }
            let rules = gathered(selectors.map(Self.selector), from: roles, without: role.key.name)
            if JSONValue.array(role.value["rules"]?.array ?? []) == rules { continue }
            handler.change(role.key) { $0["rules"] = rules }
            hasChanged = true
        }
        return hasChanged
    }

    private func gathered(_ selectors: [LabelSelector], from roles: [StoredObject], without name: String) -> JSONValue {
        var rules: [JSONValue] = []
        for selector in selectors {
            for role in roles where !UTF8Order.equal(role.key.name, name) {
                let labels = (role.value["metadata"]?["labels"]?.object ?? [:]).reduce(into: [String: String]()) {
                    $0[$1.0] = $1.1.string
                }
                guard selector.matches(labels) else { continue }
                for rule in role.value["rules"]?.array ?? [] where !rules.contains(rule) { rules.append(rule) }
            }
        }
        return .array(rules)
    }

    /// A selector as objects hold it; one that says nothing selects everything.
    private static func selector(_ json: JSONValue) -> LabelSelector {
        var requirements: [LabelSelector.Requirement] = []
        for (key, value) in json["matchLabels"]?.object ?? [:] {
            requirements.append(.isIn(key, [value.string ?? ""]))
        }
        for expression in json["matchExpressions"]?.array ?? [] {
            let key = expression["key"]?.string ?? ""
            let values = (expression["values"]?.array ?? []).compactMap(\.string)
            switch expression["operator"]?.string {
            case "In": requirements.append(.isIn(key, values))
            case "NotIn": requirements.append(.isNotIn(key, values))
            case "Exists": requirements.append(.exists(key))
            default: requirements.append(.doesNotExist(key))
            }
        }
        return LabelSelector(requirements)
    }
}

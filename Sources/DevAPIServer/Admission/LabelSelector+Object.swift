// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension LabelSelector {
    /// Reads a `LabelSelector` of `meta/v1`; none, or an empty one, matches everything.
    init(object json: JSONValue?) {
        var requirements = (json?["matchLabels"]?.object?.stringMembers ?? [:]).map {
            Requirement.isIn($0.key, [$0.value])
        }
        for expression in json?["matchExpressions"]?.array ?? [] {
            let key = expression["key"]?.string ?? ""
            let values = expression["values"]?.array?.compactMap(\.string) ?? []
            switch expression["operator"]?.string {
            case "In": requirements.append(.isIn(key, values))
            case "NotIn": requirements.append(.isNotIn(key, values))
            case "Exists": requirements.append(.exists(key))
            case "DoesNotExist": requirements.append(.doesNotExist(key))
            // What cannot be understood selects nothing.
            default: requirements.append(.isIn(key, []))
            }
        }
        self.init(requirements)
    }
}

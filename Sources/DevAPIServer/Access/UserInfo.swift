// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Who asks (`UserInfo` of `authentication.k8s.io/v1`).
struct UserInfo: Sendable, Hashable {
    /// The group of those who may do everything, whatever the roles say.
    static let mastersGroup = "system:masters"
    /// The group of all whom the server knows.
    static let authenticatedGroup = "system:authenticated"
    /// The group of all others.
    static let unauthenticatedGroup = "system:unauthenticated"
    /// What the names of service accounts begin with.
    static let serviceAccountPrefix = "system:serviceaccount:"

    /// The name.
    var name: String
    /// The identity; empty when there is none.
    var uid: String = ""
    /// The groups, in the order in which they are told.
    var groups: [String] = []
    /// What else is known.
    var extra: [String: [String]] = [:]

    /// Who has the token of the server itself.
    static let admin = UserInfo(name: "system:admin", groups: [mastersGroup, authenticatedGroup])
    /// Who has no token.
    static let anonymous = UserInfo(name: "system:anonymous", groups: [unauthenticatedGroup])

    /// A service account.
    static func serviceAccount(namespace: String, name: String, uid: String = "") -> UserInfo {
        UserInfo(
            name: "\(serviceAccountPrefix)\(namespace):\(name)",
            uid: uid,
            groups: serviceAccountGroups(namespace: namespace) + [authenticatedGroup]
        )
    }

    /// The groups of the service accounts of a namespace, without the one of everybody.
    static func serviceAccountGroups(namespace: String) -> [String] {
        ["system:serviceaccounts", "system:serviceaccounts:\(namespace)"]
    }

    /// Namespace and name when this is a service account.
    var serviceAccount: NamespacedName? {
        guard name.hasPrefix(Self.serviceAccountPrefix) else { return nil }
        let parts = name.dropFirst(Self.serviceAccountPrefix.count).split(
            separator: ":",
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        return NamespacedName(namespace: String(parts[0]), name: String(parts[1]))
    }

    /// Whether the roles do not matter.
    var isPrivileged: Bool { groups.contains { UTF8Order.equal($0, Self.mastersGroup) } }
}

extension UserInfo: JSONWritable {
    /// The user as reviews and audit events show it.
    var json: JSONValue {
        var groupsByKey = JSONObject()
        for (key, values) in extra { groupsByKey[key] = .array(values.map(JSONValue.string)) }
        return .members([
            "username": name.isEmpty ? nil : .string(name),
            "uid": uid.isEmpty ? nil : .string(uid),
            "groups": groups.isEmpty ? nil : .array(groups.map(JSONValue.string)),
            "extra": extra.isEmpty ? nil : .object(groupsByKey),
        ])
    }
}

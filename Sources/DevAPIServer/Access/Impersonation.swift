// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubeCore

/// The wish to act as somebody else (`Impersonate-User` and its like).
///
/// The permissions are those of the verb `impersonate`; the constrained ones of Kubernetes 1.36
/// (`impersonate:user-info`) give nothing here.
struct Impersonation: Sendable {
    /// Who is meant.
    let user: UserInfo
    /// What somebody must be permitted for it, in the order in which the server asks.
    let requirements: [AccessAttributes]

    /// Reads the headers; `nil` when they do not speak of it.
    ///
    /// - Throws: `Status` 400 when nobody is named.
    init?(_ headers: HTTPFields) throws(Status) {
        guard headers.contains(where: { $0.name.canonicalName.hasPrefix(Self.prefix) }) else { return nil }
        var name = ""
        var uid = ""
        var groups: [String] = []
        var extra: [String: [String]] = [:]
        for field in headers where field.name.canonicalName.hasPrefix(Self.prefix) {
            let header = field.name.canonicalName.dropFirst(Self.prefix.count)
            switch header {
            case "user": name = field.value
            case "uid": uid = field.value
            case "group": groups.append(field.value)
            default:
                guard header.hasPrefix("extra-") else { continue }
                let key = String(header.dropFirst("extra-".count))
                extra[Self.decoded(key), default: []].append(field.value)
            }
        }
        guard !name.isEmpty else {
            if uid.isEmpty, groups.isEmpty, extra.isEmpty { return nil }
            throw .badRequest("requested to impersonate groups, a uid or extras without impersonating a user name")
        }
        requirements = Self.requirements(name: name, uid: uid, groups: groups, extra: extra)
        user = UserInfo(name: name, uid: uid, groups: Self.completed(groups, of: name), extra: extra)
    }

    private static let prefix = "impersonate-"

    private static func requirements(
        name: String,
        uid: String,
        groups: [String],
        extra: [String: [String]]
    ) -> [AccessAttributes] {
        let verb = "impersonate"
        var requirements: [AccessAttributes] = []
        if let account = UserInfo(name: name).serviceAccount {
            requirements.append(
                AccessAttributes(
                    verb: verb,
                    version: "v1",
                    resource: "serviceaccounts",
                    namespace: account.namespace ?? "",
                    name: account.name
                )
            )
        } else {
            requirements.append(AccessAttributes(verb: verb, version: "v1", resource: "users", name: name))
        }
        for group in groups {
            requirements.append(AccessAttributes(verb: verb, version: "v1", resource: "groups", name: group))
        }
        let authentication = AccessAttributes(verb: verb, group: "authentication.k8s.io", version: "v1")
        for (key, values) in extra.sorted(by: { UTF8Order.compare($0.key, $1.key) < 0 }) {
            for value in values {
                var requirement = authentication
                requirement.resource = "userextras"
                requirement.subresource = key
                requirement.name = value
                requirements.append(requirement)
            }
        }
        if !uid.isEmpty {
            var requirement = authentication
            requirement.resource = "uids"
            requirement.name = uid
            requirements.append(requirement)
        }
        return requirements
    }

    /// The groups with those that come with the name.
    private static func completed(_ groups: [String], of name: String) -> [String] {
        var groups = groups
        if groups.isEmpty, let account = UserInfo(name: name).serviceAccount {
            groups = UserInfo.serviceAccountGroups(namespace: account.namespace ?? "")
        }
        if groups.contains(UserInfo.authenticatedGroup) || groups.contains(UserInfo.unauthenticatedGroup) {
            return groups
        }
        let isAnonymous = UTF8Order.equal(name, UserInfo.anonymous.name)
        return groups + [isAnonymous ? UserInfo.unauthenticatedGroup : UserInfo.authenticatedGroup]
    }

    /// Undoes percent-encoding, as keys with a slash are sent; what is no encoding stays as it is.
    private static func decoded(_ key: String) -> String {
        // No header name holds a slash, so there is one segment.
        RequestTarget(key)?.segments.first ?? key
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// What all roles and bindings of one moment say about one user.
///
/// Bindings that do not concern the user are looked at once; a decision is a walk along the rules that are left, which
/// for a service account are about ten.
final class AccessView: Sendable {
    /// Rules that somebody has by one binding.
    struct Grant: Sendable {
        /// What is permitted.
        let rules: [AccessRule]
        /// By which binding, in words.
        let reason: String
    }

    /// The grants of one place, and what could not be found.
    struct Grants: Sendable {
        /// Those by bindings of the place.
        var grants: [Grant] = []
        /// Why bindings came to nothing.
        var problems: [String] = []
    }

    /// The user.
    let user: UserInfo
    private let policy: AccessPolicy
    private let clusterWide: Grants
    private let inNamespaces = Mutex<[String: Grants]>([:])

    /// Finds out what concerns a user.
    init(_ user: UserInfo, in policy: AccessPolicy) {
        self.user = user
        self.policy = policy
        clusterWide = Self.grants(policy.clusterBindings, to: user, in: policy)
    }

    /// Whether something is permitted.
    func decide(_ attributes: AccessAttributes) -> AccessDecision {
        let resource = attributes.path == nil ? attributes.qualifiedResource : ""
        if let reason = Self.reason(clusterWide, attributes, resource) {
            return AccessDecision(isAllowed: true, reason: reason)
        }
        var problems = clusterWide.problems
        if attributes.path == nil, !attributes.namespace.isEmpty {
            let local = grants(in: attributes.namespace)
            if let reason = Self.reason(local, attributes, resource) {
                return AccessDecision(isAllowed: true, reason: reason)
            }
            problems += local.problems
        }
        return AccessDecision(isAllowed: false, reason: problems.isEmpty ? "" : "RBAC: \(Self.joined(problems))")
    }

    /// All rules that hold in a namespace, and what could not be found.
    func rules(in namespace: String) -> (rules: [AccessRule], problems: [String]) {
        let local = namespace.isEmpty ? Grants() : grants(in: namespace)
        return (
            (clusterWide.grants + local.grants).flatMap(\.rules),
            clusterWide.problems + local.problems
        )
    }

    /// Several problems as one text.
    static func joined(_ problems: [String]) -> String {
        problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"
    }

    private func grants(in namespace: String) -> Grants {
        if let known = inNamespaces.withLock({ $0[namespace] }) { return known }
        let grants = Self.grants(policy.bindings(in: namespace), to: user, in: policy)
        inNamespaces.withLock { $0[namespace] = grants }
        return grants
    }

    private static func reason(_ grants: Grants, _ attributes: AccessAttributes, _ resource: String) -> String? {
        grants.grants.first { grant in grant.rules.contains { $0.allows(attributes, resource: resource) } }?.reason
    }

    private static func grants(_ bindings: [AccessBinding], to user: UserInfo, in policy: AccessPolicy) -> Grants {
        var found = Grants()
        for binding in bindings {
            guard let subject = binding.subjects.first(where: { $0.matches(user) }) else { continue }
            if let rules = policy.rules(of: binding.role) {
                found.grants.append(Grant(rules: rules, reason: binding.reason(subject)))
            } else {
                found.problems.append(binding.role.absence)
            }
        }
        return found
    }
}

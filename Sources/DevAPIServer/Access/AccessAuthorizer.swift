// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// Decides who may do what, by the roles and bindings that are stored.
///
/// Guarantees: a decision takes every role and binding into account whose write was answered before. What they say is
/// kept ready until one of them changes.
final class AccessAuthorizer: Sendable {
    /// Where roles and bindings are stored.
    struct StorageKeys: Sendable {
        /// Roles of namespaces.
        var roles: String
        /// Roles of the cluster.
        var clusterRoles: String
        /// Bindings in namespaces.
        var roleBindings: String
        /// Bindings in the cluster.
        var clusterRoleBindings: String

        /// Whether objects under a storage key are roles or bindings.
        func contains(_ storageKey: String) -> Bool {
            storageKey == roles || storageKey == clusterRoles || storageKey == roleBindings
                || storageKey == clusterRoleBindings
        }
    }

    private struct Compiled: Sendable {
        let generation: Int
        let policy: AccessPolicy
    }

    /// Whether anything is ever refused.
    let isEnforcing: Bool
    /// Where roles and bindings are stored.
    let keys: StorageKeys
    private let storage: ObjectStorage
    private let changes = Atomic<Int>(0)
    private let compiled = Mutex<Compiled?>(nil)

    /// Creates an authorizer.
    ///
    /// - Parameters:
    ///   - isEnforcing: Whether roles are obeyed; otherwise everybody may do everything.
    ///   - keys: Where roles and bindings are stored.
    ///   - storage: The objects.
    init(isEnforcing: Bool, keys: StorageKeys, storage: ObjectStorage) {
        self.isEnforcing = isEnforcing
        self.keys = keys
        self.storage = storage
    }

    /// Takes note that a role or a binding changed.
    func noteChange() {
        changes.add(1, ordering: .acquiringAndReleasing)
    }

    /// How often roles and bindings changed; what was made of an older state is out of date.
    var generation: Int { changes.load(ordering: .acquiring) }

    /// Whether somebody may do something.
    func decide(_ attributes: AccessAttributes, for user: UserInfo) -> AccessDecision {
        guard isEnforcing, !user.isPrivileged else { return .unconditional }
        return view(of: user).decide(attributes)
    }

    /// What the roles and bindings of this moment say about somebody.
    func view(of user: UserInfo) -> AccessView {
        AccessView(user, in: policy)
    }

    /// The roles and bindings of this moment.
    var policy: AccessPolicy {
        let generation = generation
        if let known = compiled.withLock({ $0 }), known.generation == generation { return known.policy }
        // Read after the generation, so that it is never older than what it claims to be.
        let policy = AccessPolicy(
            AccessPolicy.Objects(
                roles: storage.snapshot(keys.roles, namespace: nil).objects,
                clusterRoles: storage.snapshot(keys.clusterRoles, namespace: nil).objects,
                roleBindings: storage.snapshot(keys.roleBindings, namespace: nil).objects,
                clusterRoleBindings: storage.snapshot(keys.clusterRoleBindings, namespace: nil).objects
            )
        )
        compiled.withLock { compiled in
            if (compiled?.generation ?? -1) < generation { compiled = Compiled(generation: generation, policy: policy) }
        }
        return policy
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Somebody who proved who they are, and what is remembered about them between requests.
final class Caller: Sendable {
    /// Who it is.
    let user: UserInfo
    private let isPrivileged: Bool
    private let known = Mutex<(generation: Int, view: AccessView)?>(nil)

    /// Creates a caller.
    init(_ user: UserInfo) {
        self.user = user
        isPrivileged = user.isPrivileged
    }

    /// Whether they may do something.
    func decide(_ attributes: AccessAttributes, by authorizer: AccessAuthorizer) -> AccessDecision {
        guard authorizer.isEnforcing, !isPrivileged else { return .unconditional }
        let generation = authorizer.generation
        if let known = known.withLock({ $0 }), known.generation == generation { return known.view.decide(attributes) }
        let view = authorizer.view(of: user)
        known.withLock { $0 = (generation, view) }
        return view.decide(attributes)
    }
}

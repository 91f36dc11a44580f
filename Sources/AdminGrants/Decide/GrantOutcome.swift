// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI

/// How far the grants of an AppInstance are what its spec says, after the writes of a reconcile.
struct GrantOutcome: Sendable, Hashable {
    /// How many grants there should be.
    var desired: Int
    /// How many there are as they should be.
    var granted: Int
    /// Grants that are not ours, by name.
    var foreign: [String] = []
    /// Why a write failed; the first failure when there were several.
    var failure: Failure?
    /// Whether nothing may be written because the AdminAccess is paused.
    var isPaused = false

    /// A failed write.
    struct Failure: Sendable, Hashable {
        /// The reason that the condition shows.
        var reason: Reason
        /// The code of the API server's answer, as in `Forbidden`.
        var code: String
    }
}

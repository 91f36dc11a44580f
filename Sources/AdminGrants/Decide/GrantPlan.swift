// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What has to be written so that the grants of one AppInstance are what its spec says.
struct GrantPlan: Sendable, Hashable {
    /// A grant to delete.
    struct Deletion: Sendable, Hashable {
        /// The name of the grant.
        var name: String
        /// The incarnation that is meant; another one is left alone.
        var uid: String
        /// The user who is no longer granted.
        var userID: String
    }

    /// A grant to write.
    struct Write: Sendable, Hashable {
        /// The name of the grant.
        var name: String
        /// The user.
        var userID: String
        /// The grant as it shall be.
        var object: JSONValue
        /// Stands for its content.
        var fingerprint: Fingerprint
    }

    /// Grants of users who are no longer listed; done first.
    var deletions: [Deletion] = []
    /// Grants that somebody changed, or whose user's data changed.
    var updates: [Write] = []
    /// Grants of users who are newly listed.
    var creations: [Write] = []
    /// Names of grants that stand where one of ours should, or claim to be for this AppInstance, but are not ours.
    var foreign: [String] = []
    /// How many grants there should be.
    var desired = 0
    /// How many of them are as they should be already.
    var upToDate = 0

    /// Whether nothing has to be written.
    var isEmpty: Bool { deletions.isEmpty && updates.isEmpty && creations.isEmpty }

    /// The number of writes.
    var writeCount: Int { deletions.count + updates.count + creations.count }
}

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

    /// A ConfigMap that holds grants.
    struct Holder: Sendable, Hashable {
        /// Its name.
        var name: String
        /// The incarnation that is meant; empty when there is none yet.
        var uid: String
    }

    /// A ConfigMap to write or to delete.
    struct DocumentWrite: Sendable, Hashable {
        /// Which one.
        var holder: Holder
        /// The ConfigMap as it shall be; `nil` deletes it.
        var object: JSONValue?
        /// Stands for its content.
        var fingerprint: Fingerprint
        /// The users who are granted by it and were not before.
        var granted: [String] = []
        /// The users who are no longer granted after it.
        var revoked: [String] = []
        /// How many grants it brings up to date.
        var updated = 0
    }

    /// Grants of users who are no longer listed; done first.
    var deletions: [Deletion] = []
    /// Grants that somebody changed, or whose user's data changed.
    var updates: [Write] = []
    /// Grants of users who are newly listed.
    var creations: [Write] = []
    /// Names of grants that stand where one of ours should, or claim to be for this AppInstance, but are not ours.
    var foreign: [String] = []
    /// The ConfigMaps that carry all this out, in order; none where grants are objects of their own.
    var documents: [DocumentWrite] = []
    /// How many grants there should be.
    var desired = 0
    /// How many of them are as they should be already.
    var upToDate = 0

    /// Whether nothing has to be written.
    var isEmpty: Bool { deletions.isEmpty && updates.isEmpty && creations.isEmpty && documents.isEmpty }
}

extension GrantPlan.DocumentWrite {
    /// Creates the deletion of a ConfigMap.
    init(deleting holder: GrantPlan.Holder) {
        self.init(holder: holder, object: nil, fingerprint: Fingerprint(of: []))
    }
}

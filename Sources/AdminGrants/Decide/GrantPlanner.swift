// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// Decides what has to be written for the grants of one AppInstance; pure.
enum GrantPlanner {
    /// Plans the grants of an AppInstance.
    ///
    /// - Parameters:
    ///   - admins: The users who shall be granted; their ids are unique.
    ///   - provider: The identity provider's name, as in the spec.
    ///   - owner: The AppInstance.
    ///   - existing: Every grant that speaks of the AppInstance.
    /// - Returns: What has to be written.
    static func plan(
        admins: [AdminUser],
        provider: String,
        owner: InstanceIdentity,
        existing: [GrantRecord]
    ) -> GrantPlan {
        var plan = GrantPlan()
        plan.desired = admins.count
        var present: [String: GrantRecord] = [:]
        present.reserveCapacity(existing.count)
        for grant in existing { present[grant.name] = grant }

        for user in admins {
            let name = GrantContent.name(of: user.id, appInstance: owner.name)
            let grant = present.removeValue(forKey: name)
            if let grant, !isOurs(grant, of: user.id, owner: owner) {
                plan.foreign.append(name)
                continue
            }
            // It comes back when it is gone, which the watch tells.
            if let grant, grant.isDeleting { continue }
            let object = GrantContent.object(for: user, name: name, provider: provider, owner: owner)
            let fingerprint = GrantContent.fingerprint(of: object)
            if grant?.fingerprint == fingerprint {
                plan.upToDate += 1
                continue
            }
            let write = GrantPlan.Write(name: name, userID: user.id, object: object, fingerprint: fingerprint)
            if grant == nil { plan.creations.append(write) } else { plan.updates.append(write) }
        }
        for grant in present.values.sorted(by: { UTF8Order.compare($0.name, $1.name) < 0 }) {
            if !wasOurs(grant, owner: owner) {
                plan.foreign.append(grant.name)
            } else if !grant.isDeleting {
                plan.deletions.append(.init(name: grant.name, uid: grant.uid, userID: grant.userID))
            }
        }
        plan.foreign.sort { UTF8Order.compare($0, $1) < 0 }
        return plan
    }

    /// Whether a grant that stands where a listed user's should is ours, and so may be changed.
    ///
    /// It carries our label, or the owner reference to this AppInstance; one that speaks of another user must have
    /// both, as when somebody changed the user of a grant that we made.
    static func isOurs(_ grant: GrantRecord, of userID: String, owner: InstanceIdentity) -> Bool {
        let isOwned = grant.ownerUID == owner.uid
        if UTF8Order.equal(grant.userID, userID) { return grant.isManaged || isOwned }
        return grant.isManaged && isOwned
    }

    /// Whether a grant of a user who is not listed is ours, and so may be deleted.
    ///
    /// Beside label or owner its name must follow from its user: whatever else speaks of the AppInstance is somebody's
    /// own; it grants nothing, is left alone and reported.
    static func wasOurs(_ grant: GrantRecord, owner: InstanceIdentity) -> Bool {
        guard grant.isManaged || grant.ownerUID == owner.uid else { return false }
        return UTF8Order.equal(grant.name, GrantContent.name(of: grant.userID, appInstance: owner.name))
    }
}

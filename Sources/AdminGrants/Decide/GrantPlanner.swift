// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// Compares the grants that there are with those that there should be; pure.
enum GrantPlanner {
    /// Plans the grants of an AppInstance.
    ///
    /// A grant is ours when its name is the one that follows from its user and it carries our label, or the owner
    /// reference to this AppInstance. Everything else that speaks of the AppInstance is somebody's own: it grants
    /// nothing, is left alone and reported.
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
            let object = GrantContent.object(for: user, provider: provider, owner: owner)
            let name = GrantContent.name(of: user.id, appInstance: owner.name)
            let write = GrantPlan.Write(name: name, userID: user.id, object: object)
            guard let grant = present.removeValue(forKey: name) else {
                plan.creations.append(write)
                continue
            }
            if !isOurs(grant, owner: owner) {
                plan.foreign.append(name)
            } else if grant.isDeleting {
                // It comes back when it is gone, which the watch tells.
                continue
            } else if grant.fingerprint == GrantContent.fingerprint(of: object) {
                plan.upToDate += 1
            } else {
                plan.updates.append(write)
            }
        }
        for grant in present.values.sorted(by: { UTF8Order.compare($0.name, $1.name) < 0 }) {
            if isOurs(grant, owner: owner) {
                if !grant.isDeleting {
                    plan.deletions.append(.init(name: grant.name, uid: grant.uid, userID: grant.userID))
                }
            } else {
                plan.foreign.append(grant.name)
            }
        }
        plan.foreign.sort { UTF8Order.compare($0, $1) < 0 }
        return plan
    }

    /// Whether the operator made a grant, and so may change and delete it.
    static func isOurs(_ grant: GrantRecord, owner: InstanceIdentity) -> Bool {
        guard grant.isManaged || grant.ownerUID == owner.uid else { return false }
        return UTF8Order.equal(grant.name, GrantContent.name(of: grant.userID, appInstance: owner.name))
    }
}

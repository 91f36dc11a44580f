// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeController
import KubeCore

/// Tells the story of an AppInstance in Events; user ids, never e-mail addresses.
struct Storyteller: Sendable {
    let events: EventRecorder
    /// In which form grants are kept, which the events point to.
    let store: ObjectForm

    /// Tells who was granted and who was revoked.
    func tell(_ result: GrantWriter.Result, of owner: InstanceIdentity) {
        record(.granted, "Grant", "granted administrative access to", result.granted, owner)
        record(.revoked, "Revoke", "revoked the administrative access of", result.revoked, owner)
    }

    /// Tells what changed from one status to the next.
    func tell(
        _ status: AdminAccessStatus,
        after previous: AdminAccessStatus?,
        keys: KeysObservation,
        of owner: InstanceIdentity
    ) {
        if let condition = news(.configValid, in: status, after: previous), condition.status == .no {
            record(.invalidAdmin, "Validate", condition.message, owner)
        }
        if let condition = news(.keysAvailable, in: status, after: previous), condition.status == .no {
            record(.keysUnavailable, "FetchKeys", condition.message, owner)
        }
        if let condition = news(.grantsSynced, in: status, after: previous),
            condition.reason == Reason.foreignGrant.rawValue
        {
            record(.foreignGrant, "Grant", condition.message, owner)
        }
        if let facts = keys.facts, facts.exposed > 0, let condition = news(.keysAvailable, in: status, after: previous),
            condition.status == .yes
        {
            // Keys that anybody can sign with deserve a warning, though the others serve.
            record(.keysChanged, "FetchKeys", condition.message, owner, isWarning: true)
        }
        guard let facts = keys.facts, let before = previous?.keySet, before.hash != facts.hash else { return }
        let count = facts.keys.count
        record(.keysChanged, "FetchKeys", "the identity provider's keys changed: \(count) usable", owner)
    }

    /// A condition that says something else than before.
    private func news(
        _ type: ConditionType,
        in status: AdminAccessStatus,
        after previous: AdminAccessStatus?
    ) -> Condition? {
        guard let condition = status.condition(type) else { return nil }
        let before = previous?.condition(type)
        let isSame =
            before?.status == condition.status && before?.reason == condition.reason
            && before?.message == condition.message
        return isSame ? nil : condition
    }

    private func record(
        _ reason: EventReason,
        _ action: String,
        _ sentence: String,
        _ users: [String],
        _ owner: InstanceIdentity
    ) {
        // The writes end in any order; the same change is always told in the same words.
        let users = users.sorted { UTF8Order.compare($0, $1) < 0 }
        guard let first = users.first else { return }
        // An event is at most 1 KiB; a few names say more than a cut one.
        let shown = users.prefix(5).map(Self.printable).joined(separator: ", ")
        let more = users.count > 5 ? " and \(users.count - 5) more" : ""
        let related = users.count == 1 ? reference(toGrantOf: first, owner) : nil
        record(reason, action, "\(sentence) \(shown)\(more)", owner, related: related)
    }

    private func reference(toGrantOf user: String, _ owner: InstanceIdentity) -> ObjectEvent.Reference {
        let type: ResourceType
        let name: String
        switch store {
        case .resources: (type, name) = (.adminGrants, GrantContent.name(of: user, appInstance: owner.name))
        case .configMaps: (type, name) = (.configMaps, GrantDocument.name(0, of: owner.name))
        }
        return .init(type, NamespacedName(namespace: owner.namespace, name: name))
    }

    private func record(
        _ reason: EventReason,
        _ action: String,
        _ note: String,
        _ owner: InstanceIdentity,
        related: ObjectEvent.Reference? = nil,
        isWarning: Bool? = nil
    ) {
        events.record(
            ObjectEvent(
                isWarning ?? reason.isWarning ? .warning : .normal,
                regarding: owner.eventReference,
                related: related,
                reason: reason.rawValue,
                action: action,
                note: note
            )
        )
    }

    /// A user id as it may be shown: one that is itself an e-mail address is not.
    private static func printable(_ userID: String) -> String {
        userID.contains("@") ? "(an id that holds an e-mail address)" : userID
    }
}

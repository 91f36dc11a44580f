// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Decides which ConfigMaps with grants have to be written; pure.
struct GrantDocumentPlanner {
    private let owner: InstanceIdentity
    private let pages: GrantPages
    private var documents: [Int: GrantDocument]
    private var foreign: [Int: String] = [:]

    /// Creates a planner.
    ///
    /// - Parameters:
    ///   - owner: The AppInstance.
    ///   - pages: What there should be.
    ///   - documents: The ConfigMaps that carry our labels, by number.
    init(owner: InstanceIdentity, pages: GrantPages, documents: [Int: GrantDocument]) {
        self.owner = owner
        self.pages = pages
        self.documents = documents
    }

    /// Takes a ConfigMap that stands where one of ours should, and lacks our labels.
    mutating func add(_ document: GrantDocument, named name: String) {
        if document.isOurs(owner) { documents[document.index] = document } else { foreign[document.index] = name }
    }

    /// Makes the plan.
    ///
    /// Where the number of ConfigMaps changes grants move, and are written to the new place before they vanish from the
    /// old one: nobody who reads along sees an admin without a grant. Else revocations come first.
    func plan() -> GrantPlan {
        var plan = GrantPlan()
        plan.desired = pages.entries.reduce(0) { $0 + $1.count }
        plan.foreign = foreign.values.sorted { UTF8Order.compare($0, $1) < 0 }
        var present: [String: (grant: GrantRecord, document: Int)] = [:]
        for (index, document) in documents {
            for grant in document.grants { present[grant.name] = (grant, index) }
        }
        // Of one that cannot be read nobody knows who was granted: nothing is told that may not be so.
        let isAllKnown = documents.values.allSatisfy(\.isReadable)
        var writes: [Int: GrantPlan.DocumentWrite] = [:]
        for (index, entries) in pages.entries.enumerated() where foreign[index] == nil {
            writes[index] = write(entries, index, &plan, &present, isAllKnown: isAllKnown)
        }
        for (index, document) in documents where index >= pages.entries.count {
            let holder = GrantPlan.Holder(name: GrantDocument.name(index, of: owner.name), uid: document.uid)
            writes[index] = GrantPlan.DocumentWrite(deleting: holder)
        }
        for (_, (grant, index)) in present.sorted(by: { UTF8Order.compare($0.key, $1.key) < 0 }) {
            plan.deletions.append(.init(name: grant.name, uid: "", userID: grant.userID))
            writes[index]?.revoked.append(grant.userID)
        }
        plan.documents = order(writes)
        return plan
    }

    /// The write of one page; `nil` when it is there as it should be.
    private func write(
        _ entries: [GrantPages.Entry],
        _ index: Int,
        _ plan: inout GrantPlan,
        _ present: inout [String: (grant: GrantRecord, document: Int)],
        isAllKnown: Bool
    ) -> GrantPlan.DocumentWrite? {
        let object = GrantDocument.object(pages.text(of: index), index: index, owner: owner)
        let document = documents[index]
        var write = GrantPlan.DocumentWrite(
            holder: .init(name: GrantDocument.name(index, of: owner.name), uid: document?.uid ?? ""),
            object: object,
            fingerprint: GrantDocument.fingerprint(of: object)
        )
        for entry in entries {
            let old = present.removeValue(forKey: entry.name)?.grant
            if let old, old.fingerprint == Fingerprint(of: entry.bytes) {
                plan.upToDate += 1
                continue
            }
            let change = GrantPlan.Write(
                name: entry.name,
                userID: entry.userID,
                object: .null,
                fingerprint: write.fingerprint
            )
            if old == nil, isAllKnown {
                plan.creations.append(change)
                write.granted.append(entry.userID)
            } else {
                plan.updates.append(change)
                write.updated += 1
            }
        }
        return document?.fingerprint == write.fingerprint ? nil : write
    }

    private func order(_ writes: [Int: GrantPlan.DocumentWrite]) -> [GrantPlan.DocumentWrite] {
        let before = (documents.keys.max() ?? -1) + 1
        let isGrowing = pages.entries.count > before
        let isSame = pages.entries.count == before
        return writes.sorted { left, right in
            if isSame, left.value.revoked.isEmpty != right.value.revoked.isEmpty { return !left.value.revoked.isEmpty }
            return isGrowing ? left.key > right.key : left.key < right.key
        }
        .map(\.value)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Who exists under which identity, and who names whom as an owner.
struct OwnerIndex: Sendable {
    private var keys: [String: ObjectKey] = [:]
    private var dependents: [String: Set<ObjectKey>] = [:]

    /// The objects that name the identity as an owner.
    func dependents(of uid: String) -> Set<ObjectKey> {
        dependents[uid] ?? []
    }

    /// The object of an identity.
    func key(of uid: String) -> ObjectKey? {
        keys[uid]
    }

    /// Takes a change in: `nil` for what is not there before or after it.
    mutating func change(from previous: StoredObject?, to current: StoredObject?) {
        if let previous, current == nil { keys[previous.uid] = nil }
        if let current, previous == nil { keys[current.uid] = current.key }
        let before = previous?.owners ?? []
        let after = current?.owners ?? []
        if before.isEmpty && after.isEmpty { return }
        if let previous, before != after {
            for owner in before {
                dependents[owner.uid]?.remove(previous.key)
                if dependents[owner.uid]?.isEmpty == true { dependents[owner.uid] = nil }
            }
        }
        if let current, before != after || previous == nil {
            for owner in after { dependents[owner.uid, default: []].insert(current.key) }
        }
    }
}

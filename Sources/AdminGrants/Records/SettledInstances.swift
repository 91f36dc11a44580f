// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// Which AppInstances this process has seen with everything that was made for them.
///
/// What is missing afterwards was taken away by somebody, or the API server has lost its objects; the watch of
/// AppInstances may then be the last to hear of it, and what it says must not be the reason to grant anybody anything.
final class SettledInstances: Sendable {
    /// What there is of what is made for an AppInstance.
    struct Children: Sendable, Hashable {
        /// How many grants.
        var grants: Int
        /// Whether there is an AdminAccess.
        var hasAccess: Bool
        /// Whether there is a ConfigMap with keys.
        var hasKeys: Bool
    }

    private struct Entry {
        var uid: String
        var generation: Int64
        var contentHash: String?
        var children: Children
    }

    private let entries = Mutex<[NamespacedName: Entry]>([:])

    /// Notes what an AppInstance has.
    func settle(_ key: NamespacedName, _ instance: InstanceRecord, _ children: Children) {
        let entry = Entry(
            uid: instance.uid,
            generation: instance.generation,
            contentHash: instance.contentHash,
            children: children
        )
        entries.withLock { $0[key] = entry }
    }

    /// Whether something is missing of what the very same spec had before.
    func misses(_ key: NamespacedName, _ instance: InstanceRecord, _ children: Children) -> Bool {
        guard let entry = entries.withLock({ $0[key] }) else { return false }
        guard entry.uid == instance.uid, entry.generation == instance.generation,
            entry.contentHash == instance.contentHash
        else { return false }
        let before = entry.children
        return children.grants < before.grants || (before.hasAccess && !children.hasAccess)
            || (before.hasKeys && !children.hasKeys)
    }

    /// Forgets an AppInstance.
    func forget(_ key: NamespacedName) {
        entries.withLock { $0[key] = nil }
    }
}

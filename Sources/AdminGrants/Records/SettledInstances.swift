// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// Which AppInstances this process has seen with everything that was made for them.
///
/// What is missing afterwards was taken away by somebody, or the API server has lost its objects; the watch of
/// AppInstances may then be the last to hear of it, and what it says must not be the reason to grant anybody anything.
final class SettledInstances: Sendable {
    private struct Entry {
        var uid: String
        var generation: Int64
        var grants: Int
    }

    private let entries = Mutex<[NamespacedName: Entry]>([:])

    /// Notes that an AppInstance has its AdminAccess and so many grants.
    func settle(_ key: NamespacedName, _ instance: InstanceRecord, grants: Int) {
        let entry = Entry(uid: instance.uid, generation: instance.generation, grants: grants)
        entries.withLock { $0[key] = entry }
    }

    /// Whether something is missing of what the very same spec had before.
    func misses(_ key: NamespacedName, _ instance: InstanceRecord, grants: Int, hasAccess: Bool) -> Bool {
        guard let entry = entries.withLock({ $0[key] }) else { return false }
        guard entry.uid == instance.uid, entry.generation == instance.generation else { return false }
        return grants < entry.grants || !hasAccess
    }

    /// Forgets an AppInstance.
    func forget(_ key: NamespacedName) {
        entries.withLock { $0[key] = nil }
    }
}

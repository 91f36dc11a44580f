// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A watcher that has read everything and waits for a change that concerns it.
struct WatchWaiter: Sendable {
    /// What is watched.
    struct Scope: Sendable, Hashable {
        /// The storage key.
        var storageKey: String
        /// The namespace; `nil` for all.
        var namespace: String?
        /// The name; `nil` for all.
        var name: String?

        /// The scopes that a change of an object concerns.
        static func containing(_ key: ObjectKey) -> [Scope] {
            [
                Scope(storageKey: key.storageKey, namespace: nil, name: nil),
                Scope(storageKey: key.storageKey, namespace: key.namespace, name: nil),
                Scope(storageKey: key.storageKey, namespace: nil, name: key.name),
                Scope(storageKey: key.storageKey, namespace: key.namespace, name: key.name),
            ]
        }

        /// Whether a change of that object concerns the watcher.
        func contains(_ key: ObjectKey) -> Bool {
            (namespace ?? key.namespace) == key.namespace && (name ?? key.name) == key.name
        }
    }

    /// What is watched.
    let scope: Scope
    /// When to wake up although nothing happened, since the server was made.
    let deadline: Duration
    /// Wakes the watcher.
    let continuation: CheckedContinuation<Void, Never>
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A key that a worker was given.
public struct WorkItem<Key: Hashable & Sendable>: Sendable {
    /// The key.
    public let key: Key
    /// How urgent it was.
    public let priority: WorkPriority
    /// How long it waited since it was ready.
    public let waited: Duration
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Where the changes of a store go.
public struct ChangeRoute<Object: Sendable>: Sendable {
    /// Takes a change in.
    package let deliver: @Sendable (ObjectChange<Object>) -> Void

    /// Creates a route to a closure; it must be quick and must not call back into the store's writer.
    public init(_ deliver: @escaping @Sendable (ObjectChange<Object>) -> Void) {
        self.deliver = deliver
    }

    /// A route to a queue.
    ///
    /// - Parameters:
    ///   - queue: Where the keys go.
    ///   - map: The keys a change concerns, and how urgent it is for each; it sees the object before and after.
    /// - Returns: The route.
    public static func to<Key>(
        _ queue: WorkQueue<Key>,
        _ map: @escaping @Sendable (ObjectChange<Object>) -> [(Key, WorkPriority)]
    ) -> ChangeRoute {
        ChangeRoute { change in
            for (key, priority) in map(change) { queue.add(key, priority: priority) }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore
import Synchronization

/// When things were first seen in a watch.
final class Arrivals: Sendable {
    private let seen = Mutex<[String: ContinuousClock.Instant]>([:])

    /// When something was first seen; `nil` when it was not.
    subscript(_ name: String) -> ContinuousClock.Instant? { seen.withLock { $0[name] } }

    /// How much was seen.
    var count: Int { seen.withLock { $0.count } }

    /// Watches a collection until the task is cancelled.
    ///
    /// - Parameters:
    ///   - type: The collection.
    ///   - world: Where it is.
    ///   - version: The version to begin after.
    ///   - name: What an object is noted as; `nil` when it is not of interest.
    /// - Throws: `KubeError` or `CancellationError`.
    func watch(
        _ type: ResourceType,
        in world: World,
        since version: Int64,
        name: @Sendable (JSONValue) -> String?
    ) async throws {
        let stream = world.client.watch(type, options: WatchOptions(resourceVersion: String(version)))
        for try await event in stream {
            let now = ContinuousClock.now
            guard event.kind == .added || event.kind == .modified, let name = name(event.object) else { continue }
            seen.withLock { seen in
                if seen[name] == nil { seen[name] = now }
            }
        }
    }

    /// Waits until something is seen.
    ///
    /// - Throws: `Child.Failure` after the limit.
    func wait(for name: String, limit: Duration = .seconds(20)) async throws -> ContinuousClock.Instant {
        let started = ContinuousClock.now
        while true {
            if let arrival = self[name] { return arrival }
            guard ContinuousClock.now - started < limit else {
                throw Child.Failure(description: "cannot go on: \(name) was not seen in \(limit)")
            }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

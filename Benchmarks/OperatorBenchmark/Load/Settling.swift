// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore

/// Watches a load by the resource version of the server, disturbing it as little as possible.
enum Settling {
    /// How often the resource version is read.
    private static let interval: Duration = .milliseconds(25)

    /// How the writes went.
    struct Outcome: Sendable {
        /// How many there were.
        var writes: Int64
        /// From the start of the process to the last one.
        var elapsed: Duration
        /// Writes a second over that time.
        var rate: Double { Double(writes) / elapsed.seconds }
    }

    /// Waits until a second passes without a write, and until at least as many were made as expected.
    ///
    /// - Throws: `Child.Failure` when that does not happen in time, or what a request throws.
    static func writes(
        of child: Child,
        in world: World,
        since version: Int64,
        atLeast expected: Int,
        limit: Duration = .seconds(240)
    ) async throws -> Outcome {
        var last = version
        var lastChange = ContinuousClock.now
        while true {
            try await Task.sleep(for: interval)
            _ = try child.usage()
            let current = try await world.resourceVersion()
            let now = ContinuousClock.now
            if current != last {
                last = current
                lastChange = now
            } else if now - lastChange > .seconds(1), last - version >= Int64(expected) {
                return Outcome(writes: last - version, elapsed: lastChange - child.started)
            }
            guard now - child.started < limit else {
                throw Child.Failure(
                    description: "cannot go on: \(last - version) of \(expected) writes after \(limit)"
                )
            }
        }
    }

    /// Performs a load while the resource version is read as often as during a measurement of the operator.
    ///
    /// The reads take part in what the API server does; without them the load would be compared with more than it is.
    ///
    /// - Throws: What the load throws, or `KubeError`.
    static func observed<Result: Sendable>(
        in world: World,
        _ load: @Sendable @escaping () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await load() }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: interval)
                    _ = try await world.resourceVersion()
                }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Waits until a process uses hardly any processor time any more.
    ///
    /// - Returns: From its start to the first of the moments after which it used less than 1 % of a core.
    ///
    /// - Throws: `Child.Failure` when that does not happen in time.
    static func quiet(_ child: Child, window: Duration = .milliseconds(500)) async throws -> Duration {
        var samples: [(time: ContinuousClock.Instant, usage: ProcessUsage)] = []
        while true {
            let usage = try child.usage()
            let now = ContinuousClock.now
            samples.append((now, usage))
            while let first = samples.first, now - first.time > window {
                let exact = usage.liveThreadTime - first.usage.liveThreadTime
                let coarse = usage.processorTime - first.usage.processorTime
                if exact < window / 100, coarse <= .milliseconds(10) { return first.time - child.started }
                samples.removeFirst()
            }
            guard now - child.started < .seconds(60) else {
                throw Child.Failure(description: "cannot go on: the operator is not quiet after a minute")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Makes sure that every AppInstance is Ready and every user granted.
    ///
    /// - Throws: `Child.Failure` when not.
    static func verify(_ instances: Instances, in world: World) async throws {
        let accesses = try await world.client.list(.adminAccesses).items
        let ready = accesses.count { (try? AdminAccess(json: $0))?.status?.condition(.ready)?.status == .yes }
        let grants = try await world.client.list(.adminGrants).items.count
        guard ready == instances.count, grants == instances.count * instances.users else {
            throw Child.Failure(
                description: "cannot trust the figures: \(ready) of \(instances.count) AppInstances are Ready, "
                    + "with \(grants) of \(instances.count * instances.users) grants"
            )
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// The duration in milliseconds.
    var milliseconds: Double { seconds * 1e3 }
}

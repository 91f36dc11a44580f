// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import Subprocess
import TestKit
import Testing

/// Real processes, of which one leads, and what becomes of the work when it ends, dies, stands still or is cut off.
///
/// In each test a leader is interrupted half-way through a hundred grants; `Replicas.verify` looks at every write.
@Suite(.needsGrantor, .serialized, .timeLimit(.minutes(5)))
struct HandOverTests {
    private static let admins = 300

    private func report(_ what: String, _ delay: Duration) {
        print("take-over after \(what): \(delay.formatted)")
    }

    @Test func `after SIGTERM another leads within three seconds, and the work goes on`() async throws {
        try await withReplicas(2) { replicas in
            let first = try await replicas.leader()
            try await replicas.create("influxdb", admins: Self.admins)
            try await replicas.grants(20)
            let start = ContinuousClock.now
            replicas.processes[first].send(.terminate)
            _ = try await replicas.leader(otherThan: [first])
            let delay = ContinuousClock.now - start
            report("SIGTERM", delay)
            #expect(delay < .seconds(3))
            #expect(try await replicas.processes[first].end() == 0)
            try await replicas.settle("influxdb")
            try await replicas.verify(admins: Self.admins)
        }
    }

    @Test func `after SIGKILL another leads within the lease and two seconds, also of three`() async throws {
        try await withReplicas(3) { replicas in
            let first = try await replicas.leader()
            try await replicas.create("influxdb", admins: Self.admins)
            try await replicas.grants(20)
            let start = ContinuousClock.now
            replicas.processes[first].send(.kill)
            _ = try await replicas.leader(otherThan: [first])
            let delay = ContinuousClock.now - start
            report("SIGKILL with a lease of 4 s", delay)
            #expect(delay < Replicas.leaseDuration + .seconds(2))
            try await replicas.settle("influxdb")
            try await replicas.verify(admins: Self.admins)
        }
    }

    @Test func `a leader that stood still writes nothing when it goes on, and stands by`() async throws {
        try await withReplicas(2) { replicas in
            let first = try await replicas.leader()
            try await replicas.create("influxdb", admins: Self.admins)
            try await replicas.grants(20)
            replicas.processes[first].send(.suspend)
            let second = try await replicas.leader(otherThan: [first])
            // It goes on while the other one is at work.
            replicas.processes[first].send(.resume)
            try await replicas.settle("influxdb")
            try await replicas.processes[first].lines.wait("it notices", within: .seconds(20)) {
                $0.contains { $0.contains("leadership ended") }
            }
            try await replicas.verify(admins: Self.admins)
            // And it takes over again when the other one goes.
            replicas.processes[second].send(.terminate)
            #expect(try await replicas.leader(otherThan: [second]) == first)
            try await replicas.create("another", admins: 5)
            try await replicas.settle("another")
            try await replicas.verify(admins: Self.admins + 5)
        }
    }

    @Test func `a leader that is cut off stops writing before another begins, and stands by when it is back`()
        async throws
    {
        try await withReplicas(2) { replicas in
            let first = try await replicas.leader()
            try await replicas.create("influxdb", admins: Self.admins)
            try await replicas.grants(20)
            let start = ContinuousClock.now
            replicas.log.set(.cutOff, for: replicas.names[first])
            replicas.cluster.server.closeWatches()
            _ = try await replicas.leader(otherThan: [first])
            report("being cut off, with a lease of 4 s", ContinuousClock.now - start)
            replicas.log.set(nil, for: replicas.names[first])
            try await replicas.settle("influxdb")
            try await replicas.processes[first].lines.wait("it notices", within: .seconds(20)) {
                $0.contains { $0.contains("leadership ended") }
            }
            #expect(replicas.processes[first].status() == nil, "it goes on without a restart")
            try await replicas.verify(admins: Self.admins)
        }
    }

    @Test func `on an API server that takes its time nobody loses the lease`() async throws {
        try await withReplicas(2) { replicas in
            let first = try await replicas.leader()
            for name in replicas.names { replicas.log.set(.slow(.milliseconds(300)), for: name) }
            try await replicas.create("influxdb", admins: 40)
            try await replicas.settle("influxdb")
            #expect(try await replicas.leader() == first)
            #expect(!replicas.processes[first].lines.entries.contains { $0.contains("leadership ended") })
            try await replicas.verify(admins: 40)
        }
    }
}

extension Duration {
    /// Seconds with two digits behind the point.
    fileprivate var formatted: String {
        let hundredths = Int((self / .milliseconds(10)).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
}

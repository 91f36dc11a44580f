// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import DevIdentityProvider
import KubeClient
import KubeCore
import Logging
import OperatorCore
import TestKit
import Testing

/// What an operator does that does not lead.
@Suite(.timeLimit(.minutes(2)))
struct StandbyTests {
    private static let lease = NamespacedName(namespace: "default", name: "grantor")

    /// A lease that somebody took who is not heard of any more.
    private static let held: JSONValue = [
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": ["name": "grantor", "namespace": "default"],
        "spec": [
            "holderIdentity": "other", "leaseDurationSeconds": 3_600, "leaseTransitions": 7,
            "acquireTime": "2026-11-21T08:30:00.000000Z", "renewTime": "2026-11-21T08:30:00.000000Z",
        ],
    ]

    private static func stand(_ configuration: inout OperatorConfiguration) {
        configuration.identity = "a"
        configuration.election = OperatorConfiguration.Election()
    }

    @Test func `it fetches keys and writes nothing, and leads at once when the lease is given back`() async throws {
        try await withWorld { world in
            _ = try await world.client.create(.leases, Self.held)
            try await world.operating(Self.stand) { process in
                try await world.create(["a", "b"])
                let realm = try world.realm
                try await world.eventually("the keys are fetched") { realm.counts.keys > 0 }
                try await world.eventually("everything is read") { process.isSynced }
                try await world.quiet()
                #expect(try await world.access() == nil)
                #expect(try await world.granted().isEmpty)
                #expect(try await world.events().isEmpty)
                let fetches = realm.counts.keys
                try await world.merge(.leases, "grantor", ["spec": ["holderIdentity": "", "leaseDurationSeconds": 1]])
                try await world.reports("Ready=True/Ready")
                #expect(try await world.granted() == ["a", "b"])
                #expect(realm.counts.keys == fetches, "the keys were there already")
                let spec = try await world.client.get(.leases, Self.lease)?["spec"]
                #expect(spec?["holderIdentity"] == "a")
                #expect(spec?["leaseTransitions"] == 8)
            }
            let spec = try await world.client.get(.leases, Self.lease)?["spec"]
            #expect(spec?["holderIdentity"] == "", "it is given back at the end")
        }
    }

    @Test func `what a leader changed is not changed back by one that knows less`() async throws {
        try await withWorld { world in
            try await world.operating(Self.stand) { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                // Somebody takes the lease, and the AppInstance changes under that one's eyes.
                try await world.merge(.leases, "grantor", ["spec": ["holderIdentity": "other"]])
                try await world.logs.wait { $0.contains { $0.message == "leadership ended" } }
                try await world.list(["a", "b"])
                try await world.quiet()
                #expect(try await world.granted() == ["a"])
                try await world.merge(.leases, "grantor", ["spec": ["holderIdentity": ""]])
                try await world.eventually("it goes on") { try await world.granted() == ["a", "b"] }
            }
        }
    }

    @Test func `an election without permission to watch leases goes on by reading`() async throws {
        try await withWorld { world in
            world.server.obey { attempt in
                guard attempt.resource == "leases", ["list", "watch"].contains(attempt.verb) else { return nil }
                return attempt.forbidden(to: "grantor")
            }
            defer { world.server.obey(nil) }
            try await world.operating(Self.stand) { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
            }
            #expect(!world.logs.lines.contains { $0.level >= .warning && $0.description.contains("lease") })
        }
    }
}

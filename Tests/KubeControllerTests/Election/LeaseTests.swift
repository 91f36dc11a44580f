// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import KubeController

struct LeaseTests {
    /// As kube-scheduler leaves it behind, with members that Grantor does not know.
    private let foreign: JSONValue = [
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": ["name": "x", "namespace": "kube-system", "resourceVersion": "41", "labels": ["a": "b"]],
        "spec": [
            "holderIdentity": "node_1", "leaseDurationSeconds": 15, "leaseTransitions": 3,
            "acquireTime": "2026-11-21T08:30:00.000000Z", "renewTime": "2026-11-21T08:31:00.123456Z",
            "preferredHolder": "node_2", "strategy": "OldestEmulationVersion",
        ],
    ]

    @Test func `a record of client-go is read`() throws {
        let lease = try Lease(json: foreign)
        #expect(lease.resourceVersion == "41")
        #expect(
            lease.record
                == LeaseRecord(
                    holderIdentity: "node_1",
                    leaseDurationSeconds: 15,
                    acquireTime: "2026-11-21T08:30:00.000000Z",
                    renewTime: "2026-11-21T08:31:00.123456Z",
                    leaseTransitions: 3
                )
        )
        #expect(lease.record.isHeld(by: "node_1"))
        #expect(!lease.record.isHeld(by: "node_2"))
    }

    @Test func `what else stands in a lease is written back as it was, at the version that was read`() throws {
        var record = try Lease(json: foreign).record
        record.holderIdentity = "me"
        var expected = foreign
        expected["spec"]?["holderIdentity"] = "me"
        #expect(try Lease(json: foreign).object(with: record) == expected)
    }

    @Test func `a lease that nobody wrote a record into is held by nobody`() throws {
        let bare: JSONValue = ["metadata": ["name": "x", "resourceVersion": "1"]]
        let record = try Lease(json: bare).record
        #expect(!record.isHeld)
        #expect(record.leaseDurationSeconds == nil)
        #expect(!record.isHeld(by: ""))
    }

    @Test func `identities are told apart by their bytes`() {
        let record = LeaseRecord(
            holderIdentity: "caf\u{E9}",
            leaseDurationSeconds: 15,
            acquireTime: "",
            renewTime: "",
            leaseTransitions: 0
        )
        #expect(!record.isHeld(by: "cafe\u{301}"))
    }

    @Test func `times that do not fit each other are refused`() throws {
        let cases: [(Duration, Duration, Duration)] = [
            (.seconds(10), .seconds(10), .seconds(2)), (.seconds(15), .seconds(2), .seconds(2)),
            (.seconds(15), .seconds(10), .zero), (.milliseconds(1_500), .seconds(1), .milliseconds(100)),
        ]
        for (lease, renew, retry) in cases {
            let configuration = ElectionConfiguration(
                identity: "a",
                leaseDuration: lease,
                renewDeadline: renew,
                retryPeriod: retry
            )
            #expect(throws: (any Error).self, "\(lease) \(renew) \(retry)") { try configuration.validate() }
        }
        try ElectionConfiguration(identity: "a").validate()
        try ElectionConfiguration.tolerant(identity: "a").validate()
        #expect(throws: (any Error).self) { try ElectionConfiguration(identity: "").validate() }
    }
}

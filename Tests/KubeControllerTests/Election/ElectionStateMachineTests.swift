// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

@testable import KubeController

struct ElectionStateMachineTests {
    private static let date = Date(timeIntervalSince1970: 1_795_249_800)

    private func machine(_ identity: String = "a") -> ElectionStateMachine {
        ElectionStateMachine(configuration: ElectionConfiguration(identity: identity), now: .zero)
    }

    private func lease(
        _ holder: String,
        version: Int,
        renewed: String = "r",
        seconds: Int64? = 15,
        transitions: Int64 = 0
    ) throws -> Lease {
        let record = LeaseRecord(
            holderIdentity: holder,
            leaseDurationSeconds: seconds,
            acquireTime: "t",
            renewTime: renewed,
            leaseTransitions: transitions
        )
        var object = Lease.object(NamespacedName(namespace: "n", name: "l"), record)
        object["metadata"]?["resourceVersion"] = .string(String(version))
        return try Lease(json: object)
    }

    /// A machine that leads since a second, by a renewal that was sent at second 0.
    private func leading() throws -> ElectionStateMachine {
        var machine = machine()
        #expect(machine.won(try lease("a", version: 1), sent: .zero, now: .seconds(1)) == .began)
        return machine
    }

    @Test func `a lease that is not there is created with the record of client-go`() {
        guard case .create(let record) = machine().claim(now: .zero, date: Self.date) else {
            Issue.record("not created")
            return
        }
        #expect(
            record
                == LeaseRecord(
                    holderIdentity: "a",
                    leaseDurationSeconds: 15,
                    acquireTime: "2026-11-21T08:30:00.000000Z",
                    renewTime: "2026-11-21T08:30:00.000000Z",
                    leaseTransitions: 0
                )
        )
    }

    @Test func `a lease of somebody else is left alone until it has not changed for as long as it says`() throws {
        var machine = machine()
        _ = machine.observe(try lease("b", version: 1, seconds: 30), now: .seconds(5), isRead: true)
        guard case .held(let until) = machine.claim(now: .seconds(34), date: Self.date) else {
            Issue.record("taken")
            return
        }
        #expect(until == .seconds(35))
        // A renewal that was seen counts anew, whatever time its holder wrote into it.
        _ = machine.observe(try lease("b", version: 2, renewed: "1970"), now: .seconds(34), isRead: true)
        guard case .held = machine.claim(now: .seconds(40), date: Self.date) else {
            Issue.record("taken")
            return
        }
        guard case .update(_, let record) = machine.claim(now: .seconds(50), date: Self.date) else {
            Issue.record("not taken")
            return
        }
        #expect(record.holderIdentity == "a")
        #expect(record.leaseTransitions == 1)
    }

    @Test func `a change of something else than the record does not renew it`() throws {
        var machine = machine()
        _ = machine.observe(try lease("b", version: 1), now: .zero, isRead: true)
        _ = machine.observe(try lease("b", version: 2), now: .seconds(14), isRead: true)
        guard case .update = machine.claim(now: .seconds(15), date: Self.date) else {
            Issue.record("not taken")
            return
        }
    }

    @Test func `what a watch tells late changes nothing`() throws {
        var machine = machine()
        _ = machine.observe(try lease("b", version: 20, renewed: "new"), now: .zero, isRead: true)
        #expect(!machine.observe(try lease("", version: 10), now: .seconds(1), isRead: false))
        #expect(machine.observed?.record.holderIdentity == "b")
    }

    @Test func `a lease that was given back wakes those who wait`() throws {
        var machine = machine()
        _ = machine.observe(try lease("b", version: 1), now: .zero, isRead: true)
        #expect(machine.observe(try lease("", version: 2, seconds: 1), now: .seconds(1), isRead: false))
        guard case .update(_, let record) = machine.claim(now: .seconds(1), date: Self.date) else {
            Issue.record("not taken")
            return
        }
        #expect(record.leaseTransitions == 1)
    }

    @Test func `the one that leads may write until the renew deadline after the renewal was sent`() throws {
        let machine = try leading()
        #expect(machine.isLeading(now: .milliseconds(9_999)))
        #expect(!machine.isLeading(now: .seconds(10)))
        #expect(machine.writeLimit(now: .seconds(4)) == .seconds(11))
        #expect(machine.writeLimit(now: .seconds(10)) == nil)
    }

    @Test func `leadership ends at the deadline, once`() throws {
        var machine = try leading()
        #expect(machine.expire(now: .milliseconds(9_999)) == nil)
        #expect(machine.failed(now: .seconds(9), jitter: 0) == nil)
        #expect(machine.expire(now: .seconds(10)) == .ended)
        #expect(machine.expire(now: .seconds(11)) == nil)
        #expect(machine.writeLimit(now: .seconds(11)) == nil)
    }

    @Test func `an answer that comes after the deadline of its renewal gives no leadership`() throws {
        var machine = machine()
        #expect(machine.won(try lease("a", version: 1), sent: .zero, now: .seconds(12)) == nil)
        #expect(!machine.isLeading(now: .seconds(12)))
        // A minute later nobody else has come: it is renewed, and counts from then on.
        #expect(machine.won(try lease("a", version: 2), sent: .seconds(60), now: .seconds(61)) == .began)
    }

    @Test func `a renewal keeps the time and the count of the taking`() throws {
        let renewal = try leading().renewal(now: .seconds(2), date: Self.date)
        let (_, record) = try #require(renewal)
        #expect(record.acquireTime == "t")
        #expect(record.renewTime == "2026-11-21T08:30:00.000000Z")
        #expect(record.leaseTransitions == 0)
    }

    @Test func `a leader that sees another holder looks, and ends when it is so`() throws {
        var machine = try leading()
        #expect(machine.observe(try lease("b", version: 9), now: .seconds(2), isRead: false))
        #expect(machine.isLeading(now: .seconds(2)))
        #expect(machine.renewal(now: .seconds(2), date: Self.date) == nil)
        guard case .held(let until) = machine.claim(now: .seconds(2), date: Self.date) else {
            Issue.record("taken")
            return
        }
        #expect(machine.lost(until: until, now: .seconds(2), jitter: 0) == .ended)
    }

    @Test func `waits are the retry period and at most a fifth, and never past the end of the lease`() throws {
        var machine = machine()
        _ = machine.failed(now: .zero, jitter: 0.5)
        #expect((2.199...2.201).contains(machine.due / .seconds(1)))
        _ = machine.observe(try lease("b", version: 1), now: .zero, isRead: true)
        _ = machine.lost(until: .seconds(15), now: .seconds(14), jitter: 1)
        #expect(machine.due == .seconds(15))
    }

    @Test func `only the one that leads gives back, and writing ends before`() throws {
        var machine = try leading()
        let release = machine.release(now: .seconds(3), date: Self.date)
        let (_, record) = try #require(release)
        #expect(!machine.isLeading(now: .seconds(3)))
        #expect(record.holderIdentity.isEmpty)
        #expect(record.leaseDurationSeconds == 1)
        var late = try leading()
        #expect(late.release(now: .seconds(10), date: Self.date) == nil)
        var standby = self.machine("b")
        _ = standby.observe(try lease("a", version: 1), now: .zero, isRead: true)
        #expect(standby.release(now: .seconds(1), date: Self.date) == nil)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubeController

struct WorkQueueStateMachineTests {
    private typealias Machine = QueueRig<String>

    private func drain(_ machine: Machine, now: Duration = .zero) -> [String] {
        var keys: [String] = []
        while let item = machine.take(now: now) {
            keys.append(item.key)
            machine.done(item.key, now: now)
        }
        return keys
    }

    @Test func `keys come out in the order they were added`() {
        let machine = Machine()
        for key in ["c", "a", "b"] { machine.add(key, priority: .change, now: .zero) }
        #expect(drain(machine) == ["c", "a", "b"])
    }

    @Test func `a waiting key is coalesced and keeps its place`() {
        let machine = Machine()
        let added = machine.add("a", priority: .change, now: .zero)
        machine.add("b", priority: .change, now: .seconds(1))
        let addedAgain = machine.add("a", priority: .change, now: .seconds(2))
        #expect(added)
        #expect(!addedAgain)
        #expect(machine.readyCount == 2)
        #expect(drain(machine) == ["a", "b"])
    }

    @Test func `a key in progress is not given out again`() {
        let machine = Machine()
        machine.add("a", priority: .change, now: .zero)
        #expect(machine.take(now: .zero)?.key == "a")
        machine.add("a", priority: .change, now: .zero)
        #expect(machine.take(now: .zero) == nil)
        #expect(machine.inProgressCount == 1)
    }

    @Test func `a key that changes while in progress runs exactly once more`() {
        let machine = Machine()
        machine.add("a", priority: .change, now: .zero)
        _ = machine.take(now: .zero)
        for _ in 0..<5 { machine.add("a", priority: .change, now: .zero) }
        #expect(machine.done("a", now: .zero)?.isReadyAgain == true)
        #expect(drain(machine) == ["a"])
    }

    @Test func `a key that does not change while in progress is gone afterwards`() {
        let machine = Machine()
        machine.add("a", priority: .change, now: .zero)
        _ = machine.take(now: .zero)
        #expect(machine.done("a", now: .seconds(3))?.isReadyAgain == false)
        #expect(machine.take(now: .zero) == nil)
        #expect(machine.ticketCount == 0)
    }

    @Test func `ending work that nobody began changes nothing`() {
        let machine = Machine()
        machine.add("a", priority: .change, now: .zero)
        #expect(machine.done("a", now: .zero) == nil)
        #expect(machine.done("never seen", now: .zero) == nil)
        #expect(drain(machine) == ["a"])
    }

    @Test func `the time in the queue and the time at work are measured`() {
        let machine = Machine()
        machine.add("a", priority: .change, now: .seconds(1))
        #expect(machine.take(now: .seconds(5))?.waited == .seconds(4))
        #expect(machine.done("a", now: .seconds(12))?.took == .seconds(7))
    }

    // MARK: - Priorities

    @Test func `revocations come before changes and changes before resyncs`() {
        let machine = Machine()
        machine.add("resync", priority: .resync, now: .zero)
        machine.add("change", priority: .change, now: .zero)
        machine.add("revocation", priority: .revocation, now: .zero)
        #expect(drain(machine) == ["revocation", "change", "resync"])
    }

    @Test func `a waiting key moves up when it becomes more urgent`() {
        let machine = Machine()
        machine.add("a", priority: .change, now: .zero)
        machine.add("b", priority: .resync, now: .zero)
        machine.add("b", priority: .revocation, now: .seconds(1))
        #expect(machine.readyCount(.resync) == 0)
        #expect(machine.readyCount(.revocation) == 1)
        let first = machine.take(now: .seconds(2))
        #expect(first?.key == "b")
        #expect(first?.priority == .revocation)
        #expect(first?.waited == .seconds(2))
        machine.done("b", now: .seconds(2))
        #expect(drain(machine) == ["a"])
    }

    @Test func `a waiting key never moves down`() {
        let machine = Machine()
        machine.add("b", priority: .revocation, now: .zero)
        machine.add("a", priority: .change, now: .zero)
        machine.add("b", priority: .resync, now: .zero)
        #expect(drain(machine) == ["b", "a"])
    }

    @Test func `a key in progress runs again at the most urgent of what came meanwhile`() {
        let machine = Machine()
        machine.add("a", priority: .change, now: .zero)
        _ = machine.take(now: .zero)
        machine.add("a", priority: .resync, now: .zero)
        machine.add("a", priority: .revocation, now: .zero)
        machine.add("a", priority: .change, now: .zero)
        machine.done("a", now: .zero)
        #expect(machine.take(now: .zero)?.priority == .revocation)
    }

    @Test func `one turn in seventeen goes to a line that was passed over`() {
        let machine = Machine()
        machine.add("patient", priority: .resync, now: .zero)
        var turn = 0
        var patientTurn: Int?
        while turn < 40, patientTurn == nil {
            machine.add("urgent \(turn)", priority: .revocation, now: .zero)
            turn += 1
            guard let item = machine.take(now: .zero) else { break }
            if item.key == "patient" { patientTurn = turn }
            machine.done(item.key, now: .zero)
        }
        #expect(patientTurn == Machine.maximumOvertakes + 1)
    }

    @Test func `under endless revocations every resync gets its turn within bounds`() {
        let machine = Machine()
        for index in 0..<20 { machine.add("resync \(index)", priority: .resync, now: .zero) }
        for index in 0..<20 { machine.add("change \(index)", priority: .change, now: .zero) }
        var served: [String] = []
        for turn in 0..<1_000 {
            machine.add("revocation \(turn)", priority: .revocation, now: .zero)
            machine.add("revocation' \(turn)", priority: .revocation, now: .zero)
            guard let item = machine.take(now: .zero) else { break }
            machine.done(item.key, now: .zero)
            served.append(item.key)
        }
        #expect(served.filter { $0.hasPrefix("resync") } == (0..<20).map { "resync \($0)" })
        #expect(served.filter { $0.hasPrefix("change") } == (0..<20).map { "change \($0)" })
        let share = served.prefix(340).count { !$0.hasPrefix("revocation") }
        #expect(share <= 41)
    }

    @Test func `an empty line does not collect turns for later`() {
        let machine = Machine()
        for turn in 0..<100 {
            machine.add("r\(turn)", priority: .revocation, now: .zero)
            if let item = machine.take(now: .zero) { machine.done(item.key, now: .zero) }
        }
        machine.add("resync", priority: .resync, now: .zero)
        machine.add("revocation", priority: .revocation, now: .zero)
        #expect(drain(machine) == ["revocation", "resync"])
    }

    // MARK: - Delays

    @Test func `a delayed key becomes ready at its time and not before`() {
        let machine = Machine()
        #expect(machine.add("a", priority: .resync, due: .seconds(5), now: .zero))
        #expect(machine.nextDue == .seconds(5))
        #expect(machine.fire(now: .milliseconds(4_999)) == 0)
        #expect(machine.take(now: .milliseconds(4_999)) == nil)
        #expect(machine.fire(now: .seconds(5)) == 1)
        #expect(machine.nextDue == nil)
        #expect(drain(machine, now: .seconds(5)) == ["a"])
    }

    @Test func `of several times the earliest counts`() {
        let machine = Machine()
        #expect(machine.add("a", priority: .resync, due: .seconds(5), now: .zero))
        #expect(!machine.add("a", priority: .resync, due: .seconds(9), now: .zero))
        #expect(machine.nextDue == .seconds(5))
        #expect(machine.add("a", priority: .resync, due: .seconds(2), now: .zero))
        #expect(machine.nextDue == .seconds(2))
        #expect(machine.fire(now: .seconds(2)) == 1)
        #expect(drain(machine) == ["a"])
        #expect(machine.fire(now: .seconds(20)) == 0)
    }

    @Test func `a later delay still raises the priority`() {
        let machine = Machine()
        _ = machine.add("a", priority: .resync, due: .seconds(5), now: .zero)
        _ = machine.add("a", priority: .revocation, due: .seconds(9), now: .zero)
        _ = machine.fire(now: .seconds(5))
        #expect(machine.take(now: .seconds(5))?.priority == .revocation)
    }

    @Test func `a key that is added now does not wait for its time any more`() {
        let machine = Machine()
        _ = machine.add("a", priority: .resync, due: .seconds(5), now: .zero)
        machine.add("a", priority: .resync, now: .seconds(1))
        #expect(machine.delayedCount == 0)
        #expect(machine.nextDue == nil)
        #expect(drain(machine) == ["a"])
        #expect(machine.fire(now: .seconds(5)) == 0)
    }

    @Test func `a delay for a key that waits already is void`() {
        let machine = Machine()
        machine.add("a", priority: .change, now: .zero)
        #expect(!machine.add("a", priority: .resync, due: .seconds(5), now: .zero))
        #expect(machine.delayedCount == 0)
        #expect(drain(machine) == ["a"])
    }

    @Test func `a delay that is over already means now`() {
        let machine = Machine()
        #expect(!machine.add("a", priority: .resync, due: .seconds(3), now: .seconds(3)))
        #expect(machine.readyCount == 1)
    }

    @Test func `a key whose time comes while it is in progress runs once more`() {
        let machine = Machine()
        machine.add("a", priority: .change, now: .zero)
        _ = machine.take(now: .zero)
        _ = machine.add("a", priority: .resync, due: .seconds(1), now: .zero)
        _ = machine.fire(now: .seconds(1))
        #expect(machine.take(now: .seconds(1)) == nil)
        #expect(machine.done("a", now: .seconds(2))?.isReadyAgain == true)
        #expect(machine.take(now: .seconds(2))?.key == "a")
    }

    @Test func `keys that are due together become ready in the order of their times`() {
        let machine = Machine()
        _ = machine.add("late", priority: .resync, due: .seconds(3), now: .zero)
        _ = machine.add("early", priority: .resync, due: .seconds(1), now: .zero)
        _ = machine.add("middle", priority: .resync, due: .seconds(2), now: .zero)
        #expect(machine.fire(now: .seconds(3)) == 3)
        #expect(drain(machine) == ["early", "middle", "late"])
    }

    @Test func `void tickets do not pile up`() {
        let machine = Machine()
        for round in 0..<10_000 {
            _ = machine.add("a", priority: .resync, due: .seconds(20_000 - round), now: .zero)
            machine.add("b", priority: .resync, now: .zero)
            machine.add("b", priority: .revocation, now: .zero)
            if round.isMultiple(of: 3) { machine.add("a", priority: .change, now: .zero) }
            while let item = machine.take(now: .zero) { machine.done(item.key, now: .zero) }
        }
        #expect(machine.ticketCount < 200)
    }

    // MARK: - Retries

    @Test func `waits grow with failures in a row and start over when forgotten`() {
        let machine = Machine()
        var delays: [Duration] = []
        for _ in 0..<3 {
            let outcome = machine.retry("a", policy: .api, priority: .change, random: 0, now: .zero)
            delays.append(outcome.delay)
        }
        #expect(delays == [.milliseconds(50), .milliseconds(100), .milliseconds(200)])
        #expect(machine.failureCount("a") == 3)
        machine.forget("a")
        #expect(machine.failureCount("a") == 0)
        let again = machine.retry("a", policy: .api, priority: .change, random: 0, now: .zero)
        #expect(again.delay == .milliseconds(50))
    }

    @Test func `failures of one key do not slow another`() {
        let machine = Machine()
        for _ in 0..<10 { _ = machine.retry("a", policy: .api, priority: .change, random: 0, now: .zero) }
        let other = machine.retry("b", policy: .api, priority: .change, random: 0, now: .zero)
        #expect(other.delay == .milliseconds(50))
    }

    // MARK: - Shutdown

    @Test func `after shutdown nothing goes in or out but work in progress ends`() {
        let machine = Machine()
        machine.add("running", priority: .change, now: .zero)
        _ = machine.take(now: .zero)
        machine.add("running", priority: .change, now: .zero)
        machine.add("waiting", priority: .change, now: .zero)
        _ = machine.add("delayed", priority: .change, due: .seconds(1), now: .zero)
        machine.shutDown()
        #expect(!machine.add("new", priority: .revocation, now: .zero))
        #expect(!machine.add("new", priority: .revocation, due: .seconds(1), now: .zero))
        #expect(machine.take(now: .zero) == nil)
        #expect(machine.fire(now: .seconds(9)) == 0)
        #expect(machine.nextDue == nil)
        #expect(machine.inProgressCount == 1)
        #expect(machine.done("running", now: .seconds(1))?.isReadyAgain == false)
        #expect(machine.inProgressCount == 0)
    }
}

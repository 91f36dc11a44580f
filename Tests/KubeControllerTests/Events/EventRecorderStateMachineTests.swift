// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

@testable import KubeController

struct EventRecorderStateMachineTests {
    /// The machine behind a reference, so that expectations can call what changes it.
    private final class Rig {
        private var machine: EventRecorderStateMachine
        var now = Duration.zero
        var seriesCount: Int { machine.seriesCount }
        var bucketCount: Int { machine.bucketCount }
        var isIdle: Bool { isQuiet && nextDue == nil }
        var isQuiet: Bool { machine.isQuiet(now: now) }
        var nextDue: Duration? { machine.nextDue(now: now) }

        init(_ change: (inout EventRecorderConfiguration) -> Void = { _ in }) {
            var configuration = EventRecorderConfiguration(
                reportingController: "grantor.dev/grantor",
                reportingInstance: "grantor-0"
            )
            change(&configuration)
            machine = EventRecorderStateMachine(configuration: configuration)
        }

        @discardableResult
        func record(_ event: ObjectEvent) -> EventRecorderStateMachine.Admission {
            let seconds = Double(now.components.seconds)
            return machine.record(event, time: Date(timeIntervalSince1970: 1_800_000_000 + seconds), now: now)
        }

        func take() -> EventRecorderStateMachine.Write? { machine.takeWrite(now: now) }

        func finish(_ write: EventRecorderStateMachine.Write, _ result: EventRecorderStateMachine.WriteResult) {
            machine.finished(write, result, now: now)
        }

        /// Writes the next, successfully.
        func write() -> EventRecorderStateMachine.Write? {
            let write = take()
            if let write { finish(write, .written) }
            return write
        }

        func close() { machine.close(now: now) }
        var isFinished: Bool { machine.isFinished(now: now) }
    }

    private func event(_ note: String = "granted alice", about name: String = "db") -> ObjectEvent {
        let type = ResourceType(group: "kubecfg.dev", version: "v1alpha1", kind: "AppInstance", plural: "appinstances")
        return ObjectEvent(
            regarding: ObjectEvent.Reference(type, NamespacedName(namespace: "influx", name: name), uid: "u-\(name)"),
            reason: "Granted",
            action: "Grant",
            note: note
        )
    }

    private func body(_ write: EventRecorderStateMachine.Write?) -> JSONValue? {
        switch write?.body {
        case .create(let json), .patch(let json): json
        case nil: nil
        }
    }

    private func isPatch(_ write: EventRecorderStateMachine.Write?) -> Bool {
        if case .patch = write?.body { true } else { false }
    }

    @Test func `the first occurrence is written in full at once`() throws {
        let rig = Rig()
        #expect(rig.record(event()) == .accepted)
        let json = try #require(body(rig.write()))
        #expect(json["apiVersion"]?.string == "events.k8s.io/v1")
        #expect(json["metadata"]?["namespace"]?.string == "influx")
        #expect(json["regarding"]?["kind"]?.string == "AppInstance")
        #expect(json["regarding"]?["uid"]?.string == "u-db")
        #expect(json["type"]?.string == "Normal")
        #expect(json["reason"]?.string == "Granted")
        #expect(json["action"]?.string == "Grant")
        #expect(json["note"]?.string == "granted alice")
        #expect(json["reportingController"]?.string == "grantor.dev/grantor")
        #expect(json["reportingInstance"]?.string == "grantor-0")
        #expect(json["eventTime"]?.string == "2027-01-15T08:00:00.000000Z")
        #expect(json["series"] == nil)
        #expect(rig.isIdle)
    }

    @Test func `repetitions become one patch of the series`() {
        let rig = Rig()
        rig.record(event())
        let first = rig.write()
        for _ in 0..<5 {
            rig.now += .seconds(2)
            rig.record(event())
        }
        #expect(rig.take() == nil)
        #expect(rig.nextDue == .seconds(30))
        rig.now = .seconds(30)
        let patch = rig.write()
        #expect(isPatch(patch))
        #expect(patch?.name == first?.name)
        #expect(body(patch)?["series"]?["count"]?.integer == 6)
        #expect(body(patch)?["series"]?["lastObservedTime"]?.string == "2027-01-15T08:00:10.000000Z")
        #expect(rig.isIdle)
    }

    @Test func `repetitions before the first write are counted in it`() {
        let rig = Rig()
        rig.record(event())
        rig.record(event())
        #expect(body(rig.write())?["series"]?["count"]?.integer == 2)
        #expect(rig.isIdle)
    }

    @Test func `a repetition while the first write is under way is not lost`() throws {
        let rig = Rig()
        rig.record(event())
        let write = try #require(rig.take())
        rig.record(event())
        rig.finish(write, .written)
        rig.now = .seconds(30)
        #expect(body(rig.write())?["series"]?["count"]?.integer == 2)
    }

    @Test func `so many writes are under way and no more`() throws {
        let rig = Rig { $0.maximumWrites = 2 }
        for note in ["a", "b", "c"] { rig.record(event(note)) }
        let first = try #require(rig.take())
        let second = try #require(rig.take())
        #expect(rig.take() == nil)
        #expect(rig.nextDue == nil)
        #expect(!rig.isQuiet)
        rig.finish(first, .written)
        #expect(rig.nextDue == rig.now)
        let third = try #require(rig.take())
        #expect(body(third)?["note"]?.string == "c")
        rig.finish(second, .written)
        rig.finish(third, .refused)
        #expect(rig.isQuiet)
        #expect(rig.isIdle)
    }

    @Test func `the writes of a series never overtake each other`() throws {
        let rig = Rig()
        rig.record(event())
        _ = rig.write()
        rig.record(event())
        rig.now = .seconds(30)
        let patch = try #require(rig.take())
        rig.now = .seconds(90)
        rig.record(event())
        #expect(rig.take() == nil)
        rig.finish(patch, .written)
        rig.now = .seconds(120)
        #expect(body(rig.write())?["series"]?["count"]?.integer == 3)
    }

    @Test func `different notes are different events`() {
        let rig = Rig()
        rig.record(event("granted alice"))
        rig.record(event("granted bob"))
        let names = [rig.write()?.name.name, rig.write()?.name.name]
        #expect(Set(names).count == 2)
        #expect(rig.take() == nil)
    }

    @Test func `after the window a new event is written`() {
        let rig = Rig()
        rig.record(event())
        let first = rig.write()
        rig.now = .seconds(361)
        rig.record(event())
        let second = rig.write()
        #expect(!isPatch(second))
        #expect(second?.name != first?.name)
    }

    @Test func `names are the same in every process`() {
        let names = (0..<2).map { _ -> NamespacedName? in
            let rig = Rig()
            rig.record(event())
            return rig.write()?.name
        }
        #expect(names[0] == names[1])
        #expect(names[0]?.name.hasPrefix("db.") == true)
    }

    @Test func `events about one object are limited and others are not`() {
        let rig = Rig()
        let admissions = (0..<30).map { rig.record(event("note \($0)")) }
        #expect(admissions.count { $0 == .accepted } == 25)
        #expect(admissions.last == .limited)
        #expect(rig.record(event(about: "other")) == .accepted)
        rig.now = .seconds(300)
        #expect(rig.record(event("later")) == .accepted)
        #expect(rig.record(event("later still")) == .limited)
    }

    @Test func `a full buffer drops the newest`() {
        let rig = Rig { $0.capacity = 3 }
        let admissions = (0..<5).map { rig.record(event(about: "db\($0)")) }
        #expect(admissions == [.accepted, .accepted, .accepted, .full, .full])
        #expect(rig.write()?.name.name.hasPrefix("db0.") == true)
        #expect(rig.record(event(about: "db5")) == .accepted)
    }

    @Test func `what is over is forgotten`() {
        let rig = Rig()
        for index in 0..<100 {
            rig.record(event(about: "db\(index)"))
            _ = rig.write()
        }
        #expect(rig.seriesCount == 100)
        rig.now = .seconds(3_600)
        rig.record(event(about: "new"))
        #expect(rig.seriesCount == 1)
        #expect(rig.bucketCount == 1)
    }

    @Test func `an event whose object is gone is created anew`() throws {
        let rig = Rig()
        rig.record(event())
        _ = rig.write()
        rig.record(event())
        rig.now = .seconds(30)
        let patch = try #require(rig.take())
        rig.finish(patch, .gone)
        let again = rig.write()
        #expect(!isPatch(again))
        #expect(body(again)?["series"]?["count"]?.integer == 2)
    }

    @Test func `a write that fails is tried again a few times`() throws {
        let rig = Rig()
        rig.record(event())
        for attempt in 1...4 {
            let write = try #require(rig.take())
            rig.finish(write, .failed)
            if attempt < 4 {
                #expect(rig.take() == nil)
                rig.now += .seconds(1 << attempt)
            }
        }
        #expect(rig.isIdle)
        #expect(rig.seriesCount == 0)
    }

    @Test func `a write that is refused is dropped`() throws {
        let rig = Rig()
        rig.record(event())
        rig.finish(try #require(rig.take()), .refused)
        #expect(rig.isIdle)
        #expect(rig.seriesCount == 0)
    }

    @Test func `an event that comes again long after, and is still not written, is written once`() throws {
        let rig = Rig()
        rig.record(event())
        rig.now = .seconds(400)
        rig.record(event())
        let create = try #require(rig.take())
        #expect(body(create)?["series"]?["count"]?.integer == 2)
        rig.now = .seconds(800)
        rig.record(event())
        #expect(rig.take() == nil)
        rig.finish(create, .written)
        #expect(rig.seriesCount == 1)
        rig.now = .seconds(830)
        #expect(isPatch(rig.write()))
        #expect(rig.isIdle)
    }

    @Test func `no limit of writes is so low that nothing is written`() {
        let rig = Rig { $0.maximumWrites = 0 }
        rig.record(event())
        #expect(rig.write() != nil)
    }

    @Test func `what was repeated while the end came is written before it`() throws {
        let rig = Rig()
        rig.record(event())
        let create = try #require(rig.take())
        rig.record(event())
        rig.close()
        #expect(!rig.isFinished)
        rig.finish(create, .written)
        #expect(!rig.isFinished)
        #expect(isPatch(rig.write()))
        #expect(rig.isFinished)
    }

    @Test func `the end makes everything due`() {
        let rig = Rig()
        rig.record(event())
        _ = rig.write()
        rig.record(event())
        #expect(rig.take() == nil)
        #expect(!rig.isFinished)
        rig.close()
        #expect(isPatch(rig.write()))
        #expect(rig.isFinished)
    }

    @Test func `texts are cut to the limits of the API at whole characters`() throws {
        let rig = Rig()
        rig.record(event(String(repeating: "é", count: 2_000)))
        let note = try #require(body(rig.write())?["note"]?.string)
        #expect(note.utf8.count <= 1_024)
        #expect(note.utf8.count >= 1_020)
        #expect(note.hasSuffix("é..."))
    }

    @Test func `events about objects of the whole cluster live in default`() {
        let rig = Rig()
        let type = ResourceType.namespaces
        rig.record(
            ObjectEvent(
                .warning,
                regarding: ObjectEvent.Reference(type, NamespacedName(namespace: nil, name: "n")),
                reason: "R",
                action: "A",
                note: "n"
            )
        )
        let write = rig.write()
        #expect(write?.name.namespace == "default")
        #expect(body(write)?["type"]?.string == "Warning")
    }
}

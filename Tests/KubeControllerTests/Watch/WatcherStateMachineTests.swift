// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

@testable import KubeController

struct WatcherStateMachineTests {
    // MARK: - The first list

    @Test func `the first list is consistent and in pages`() {
        let rig = WatcherRig { $0.streamsLists = false }
        #expect(rig.steps(2) == ["restart", "list limit=500"])
        #expect(!rig.page("10", continueToken: "t1"))
        #expect(rig.step() == "list limit=500 continue=t1")
        #expect(!rig.health.isSynced)
        #expect(rig.page("10"))
        #expect(rig.health.isSynced)
        #expect(rig.step() == "watch version=10")
    }

    @Test func `the first list is streamed where that is wanted`() {
        let rig = WatcherRig()
        #expect(rig.steps(2) == ["restart", "watch initial NotOlderThan"])
    }

    @Test func `a streamed list is complete at its end mark`() {
        let rig = WatcherRig.streaming()
        #expect(rig.applied("7") == .listed)
        #expect(rig.bookmark("8") == .none)
        #expect(!rig.health.isSynced)
        #expect(rig.bookmark("9", end: true) == .synced("9"))
        #expect(rig.health.isSynced)
        #expect(rig.applied("11") == .event)
        #expect(rig.resourceVersion == "11")
    }

    @Test func `the versions of a streamed list do not count before its end`() {
        let rig = WatcherRig.streaming()
        rig.applied("700")
        rig.failed(Faults.unreachable)
        #expect(rig.resourceVersion == "")
        #expect(rig.steps(3) == ["sleep \(Duration.milliseconds(800))", "restart", "watch initial NotOlderThan"])
    }

    // MARK: - Watching

    @Test func `events and bookmarks move the version on`() {
        let rig = WatcherRig.watching("10")
        #expect(rig.applied("11") == .event)
        #expect(rig.deleted("12") == .event)
        #expect(rig.bookmark("40") == .none)
        rig.now += .seconds(300)
        #expect(rig.ended() == nil)
        #expect(rig.step() == "watch version=40")
    }

    @Test func `an event without a version keeps the last one`() {
        let rig = WatcherRig.watching("10")
        rig.applied("")
        rig.bookmark("")
        #expect(rig.resourceVersion == "10")
    }

    @Test func `the server is asked to end a watch after five to ten minutes`() {
        for (jitter, seconds) in [(0.0, 300), (0.5, 450), (0.99, 597)] {
            let rig = WatcherRig { $0.streamsLists = false }
            rig.jitter = jitter
            _ = rig.steps(2)
            rig.page("1")
            _ = rig.step()
            #expect(rig.timeoutSeconds == seconds)
        }
    }

    @Test func `a watch that the server ends as asked is opened again at once`() {
        let rig = WatcherRig.watching("10")
        rig.now += .seconds(301)
        #expect(rig.ended() == nil)
        #expect(rig.health.consecutiveFailures == 0)
        #expect(rig.step() == "watch version=10")
    }

    @Test func `a very short watch without an event counts as a failure`() {
        let rig = WatcherRig.watching("10")
        rig.now += .milliseconds(900)
        #expect(rig.ended() == .info)
        #expect(rig.health.reason == "VeryShortWatch")
        #expect(rig.steps(2) == ["sleep \(Duration.milliseconds(800))", "watch version=10"])
    }

    @Test func `bookmarks alone do not excuse a very short watch`() {
        let rig = WatcherRig.watching("10")
        rig.bookmark("11")
        #expect(rig.ended() == .info)
    }

    @Test func `a short watch with an event is no failure`() {
        let rig = WatcherRig.watching("10")
        rig.applied("11")
        #expect(rig.ended() == nil)
        #expect(rig.step() == "watch version=11")
    }

    @Test func `very short watches wait longer and longer but for ever`() {
        let rig = WatcherRig.watching("10")
        for _ in 0..<50 {
            rig.ended()
            #expect(rig.step().hasPrefix("sleep"))
            #expect(rig.step() == "watch version=10")
        }
        #expect(rig.health.consecutiveFailures == 50)
    }

    // MARK: - Expired versions

    @Test func `an expired watch leads to a consistent list`() {
        let rig = WatcherRig.watching("10")
        rig.failed(Faults.expired)
        #expect(rig.steps(3) == ["sleep \(Duration.milliseconds(800))", "restart", "list limit=500"])
    }

    @Test func `an expired streamed list asks for the latest`() {
        let rig = WatcherRig.streaming()
        rig.failed(Faults.expired)
        #expect(rig.steps(3) == ["sleep \(Duration.milliseconds(800))", "restart", "watch initial NotOlderThan"])
    }

    @Test func `an expired continue token leads to a list in one piece at once`() {
        let rig = WatcherRig { $0.streamsLists = false }
        _ = rig.steps(2)
        rig.page("10", continueToken: "t1")
        _ = rig.step()
        #expect(rig.failed(Faults.expired) == .info)
        #expect(rig.steps(2) == ["restart", "list"])
        #expect(rig.health.consecutiveFailures == 0)
        rig.page("12")
        #expect(rig.step() == "watch version=12")
    }

    @Test func `after a list in one piece later lists come in pages again`() {
        let rig = WatcherRig { $0.streamsLists = false }
        _ = rig.steps(2)
        rig.page("10", continueToken: "t1")
        _ = rig.step()
        rig.failed(Faults.expired)
        _ = rig.steps(2)
        rig.page("12")
        _ = rig.step()
        rig.failed(Faults.expired)
        #expect(rig.steps(3).last == "list limit=500")
    }

    @Test func `an expired first page waits before it asks again`() {
        let rig = WatcherRig { $0.streamsLists = false }
        _ = rig.steps(2)
        rig.failed(Faults.expired)
        #expect(rig.steps(3) == ["sleep \(Duration.milliseconds(800))", "restart", "list limit=500"])
    }

    @Test func `a restart that the server always expires keeps a distance between lists`() {
        let rig = WatcherRig.watching("10")
        var slept = Duration.zero
        for _ in 0..<10 {
            let before = rig.now
            rig.failed(Faults.expired)
            _ = rig.steps(3)
            slept += rig.now - before
        }
        #expect(slept > .seconds(100))
    }

    // MARK: - Versions the server has not seen

    @Test func `a version too large is tried once more and then dropped`() {
        let rig = WatcherRig.watching("900")
        rig.failed(Faults.tooLarge)
        #expect(rig.steps(2).last == "watch version=900")
        rig.failed(Faults.tooLarge)
        #expect(rig.steps(3).suffix(2) == ["restart", "list limit=500"])
    }

    @Test func `a version too large for a list is dropped at once`() {
        let rig = WatcherRig.watching("900")
        for _ in 0..<2 {
            rig.failed(Faults.garbled)
            _ = rig.steps(2)
        }
        rig.failed(Faults.garbled)
        #expect(rig.steps(3).last == "list version=900 NotOlderThan")
        rig.failed(Faults.tooLarge)
        #expect(rig.steps(3).suffix(2) == ["restart", "list limit=500"])
    }

    @Test func `progress forgives an earlier version too large`() {
        let rig = WatcherRig.watching("900")
        rig.failed(Faults.tooLarge)
        _ = rig.steps(2)
        rig.applied("901")
        rig.failed(Faults.tooLarge)
        #expect(rig.steps(2).last == "watch version=901")
    }

    // MARK: - Other faults

    @Test(arguments: [Faults.unreachable, Faults.forbidden, Faults.noSuchType, Faults.busy])
    func `a fault that says nothing of the version keeps it`(fault: KubeError) {
        let rig = WatcherRig.watching("10")
        for _ in 0..<20 {
            rig.failed(fault)
            #expect(rig.step().hasPrefix("sleep"))
            #expect(rig.step() == "watch version=10")
        }
    }

    @Test func `three answers that make no sense in a row lead to a list not older than what was seen`() {
        let rig = WatcherRig.watching("10")
        for _ in 0..<2 {
            rig.failed(Faults.garbled)
            #expect(rig.steps(2).last == "watch version=10")
        }
        rig.failed(Faults.garbled)
        #expect(rig.steps(3).suffix(2) == ["restart", "list version=10 NotOlderThan"])
    }

    @Test func `a streamed list after faults is not older than what was seen either`() {
        let rig = WatcherRig.streaming()
        rig.bookmark("10", end: true)
        rig.ended()
        _ = rig.step()
        for _ in 0..<2 {
            rig.failed(Faults.garbled)
            _ = rig.steps(2)
        }
        rig.failed(Faults.garbled)
        #expect(rig.steps(3).suffix(2) == ["restart", "watch initial version=10 NotOlderThan"])
    }

    @Test func `a list that fails starts from the first page`() {
        let rig = WatcherRig { $0.streamsLists = false }
        _ = rig.steps(2)
        rig.page("10", continueToken: "t1")
        _ = rig.step()
        rig.failed(Faults.unreachable)
        #expect(rig.steps(3).suffix(2) == ["restart", "list limit=500"])
    }

    @Test func `the server's Retry-After is honoured`() {
        let rig = WatcherRig.watching("10")
        rig.failed(Faults.busy)
        #expect(rig.step() == "sleep \(Duration.seconds(7))")
    }

    @Test func `an error of unknown type waits and goes on`() {
        struct Odd: Error {}
        let rig = WatcherRig.watching("10")
        #expect(rig.failed(Odd()) == .info)
        #expect(rig.health.reason == "Unknown")
        #expect(rig.steps(2).last == "watch version=10")
    }

    @Test(arguments: KubeError.Code.allCases)
    func `no code of failure stops the machine in any state`(code: KubeError.Code) {
        let error = KubeError(code, "cannot go on")
        let idle = WatcherRig { $0.streamsLists = false }
        _ = idle.steps(2)
        for rig in [idle, .streaming(), .watching()] {
            for _ in 0..<10 {
                rig.failed(error)
                var asked = false
                for _ in 0..<4 where !asked {
                    let step = rig.step()
                    asked = step.hasPrefix("list") || step.hasPrefix("watch")
                }
                #expect(asked)
            }
        }
    }

    // MARK: - Streaming lists that do not work

    @Test func `a refused streaming list falls back to a list at once and for good`() {
        let rig = WatcherRig.streaming()
        #expect(rig.failed(Faults.invalid) == .info)
        #expect(rig.steps(2) == ["restart", "list limit=500"])
        #expect(rig.health.streamingFallbacks == 1)
        #expect(rig.health.failingFor == nil)
        rig.page("10")
        _ = rig.step()
        rig.failed(Faults.expired)
        #expect(rig.steps(3).last == "list limit=500")
    }

    @Test func `a streaming list without an end mark falls back to a list after a silence`() {
        let rig = WatcherRig.streaming()
        rig.now += .seconds(3)
        rig.applied("5")
        #expect(rig.watchdog() == .sleep(until: .seconds(13)))
        rig.now = .seconds(13)
        #expect(rig.watchdog() == .expired)
        #expect(rig.expired() == .info)
        #expect(rig.steps(2) == ["restart", "list limit=500"])
        #expect(rig.health.streamingFallbacks == 1)
    }

    @Test func `a streaming list that goes on for ever falls back to a list`() {
        let rig = WatcherRig.streaming()
        for _ in 0..<23 {
            rig.now += .seconds(5)
            rig.applied("5")
        }
        #expect(rig.watchdog() == .sleep(until: .seconds(120)))
        rig.now = .seconds(120)
        #expect(rig.watchdog() == .expired)
    }

    @Test func `a streaming list that is cut short is done by a list this once`() {
        let rig = WatcherRig.streaming()
        rig.applied("5")
        #expect(rig.ended() == .info)
        #expect(rig.health.reason == "StreamingListCutShort")
        #expect(rig.steps(3).suffix(2) == ["restart", "list limit=500"])
        rig.page("10")
        _ = rig.step()
        rig.failed(Faults.expired)
        #expect(rig.steps(3).last == "watch initial NotOlderThan")
    }

    @Test func `a connection that breaks while streaming does not end streaming`() {
        let rig = WatcherRig.streaming()
        rig.failed(Faults.unreachable)
        #expect(rig.steps(3).last == "watch initial NotOlderThan")
        #expect(rig.health.streamingFallbacks == 0)
    }

    // MARK: - The watchdog

    @Test func `a watch that outlives its time-out is ended by the client`() {
        let rig = WatcherRig.watching("10")
        #expect(rig.watchdog() == .sleep(until: .seconds(315)))
        rig.now = .seconds(314)
        #expect(rig.watchdog() == .sleep(until: .seconds(315)))
        rig.now = .seconds(315)
        #expect(rig.watchdog() == .expired)
        #expect(rig.expired() == .info)
        #expect(rig.health.reason == "IdleDeadline")
        #expect(rig.steps(2).last == "watch version=10")
    }

    @Test func `an open watch counts as a good answer after a while`() {
        let rig = WatcherRig.watching("10")
        rig.failed(Faults.unreachable)
        _ = rig.steps(2)
        let opened = rig.now
        #expect(rig.watchdog() == .sleep(until: opened + .seconds(31)))
        #expect(rig.health.failingFor != nil)
        rig.now = opened + .seconds(31)
        #expect(rig.watchdog() == .sleep(until: opened + .seconds(315)))
        #expect(rig.health.failingFor == nil)
    }

    // MARK: - Health

    @Test func `health tells since when and why nothing works`() {
        let rig = WatcherRig.watching("10")
        rig.now = .seconds(100)
        rig.applied("11")
        rig.now = .seconds(130)
        rig.failed(Faults.unreachable)
        rig.now = .seconds(190)
        rig.failed(Faults.forbidden)
        let health = rig.health
        #expect(health.sinceLastContact == .seconds(90))
        #expect(health.failingFor == .seconds(60))
        #expect(health.reason == "Forbidden")
        #expect(health.consecutiveFailures == 2)
        #expect(health.isSynced)
    }

    @Test func `a good answer ends a time of failure`() {
        let rig = WatcherRig.watching("10")
        rig.failed(Faults.unreachable)
        _ = rig.steps(2)
        rig.applied("11")
        #expect(rig.health.failingFor == nil)
        #expect(rig.health.reason == nil)
        #expect(rig.health.consecutiveFailures == 0)
    }

    @Test func `what somebody must change is a warning once per change of reason`() {
        let rig = WatcherRig { $0.streamsLists = false }
        _ = rig.steps(2)
        #expect(rig.failed(Faults.noSuchType) == .warning)
        #expect(rig.failed(Faults.noSuchType) == .debug)
        #expect(rig.failed(Faults.forbidden) == .warning)
        #expect(rig.failed(Faults.forbidden) == .debug)
        #expect(rig.failed(Faults.unreachable) == .info)
        #expect(rig.failed(Faults.forbidden) == .warning)
    }

    @Test func `two minutes of health start the waits over`() {
        let rig = WatcherRig.watching("10")
        for _ in 0..<6 {
            rig.failed(Faults.unreachable)
            _ = rig.steps(2)
        }
        rig.now += .seconds(121)
        rig.applied("11")
        rig.failed(Faults.unreachable)
        #expect(rig.step() == "sleep \(Duration.milliseconds(800))")
    }
}

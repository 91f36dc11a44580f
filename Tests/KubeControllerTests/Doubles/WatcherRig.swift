// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient

@testable import KubeController

/// A watcher's state machine with a time of its own, spoken to in words.
final class WatcherRig {
    private var machine: WatcherStateMachine
    var now = Duration.zero
    var jitter = 0.0

    init(_ change: (inout WatcherConfiguration) -> Void = { _ in }) {
        var configuration = WatcherConfiguration()
        change(&configuration)
        machine = WatcherStateMachine(configuration: configuration)
    }

    var health: WatcherHealth { machine.health(now: now) }
    var resourceVersion: String { machine.resourceVersion }
    /// The time-out of the watch that was asked for last.
    private(set) var timeoutSeconds: Int?

    /// What to do next, in words; waits move the time on.
    func step() -> String {
        switch machine.step(now: now, jitter: jitter) {
        case .sleep(let duration):
            now += duration
            return "sleep \(duration)"
        case .restart: return "restart"
        case .list(let options): return describe(options)
        case .watch(let options):
            timeoutSeconds = options.timeoutSeconds
            return describe(options)
        }
    }

    /// Several steps.
    func steps(_ count: Int) -> [String] { (0..<count).map { _ in step() } }

    @discardableResult
    func page(_ version: String, continueToken: String = "") -> Bool {
        machine.received(pageVersion: version, continueToken: continueToken, now: now).isComplete
    }

    @discardableResult
    func applied(_ version: String) -> WatcherStateMachine.Delivery {
        machine.received(version: version, isDeletion: false, now: now).0
    }

    @discardableResult
    func deleted(_ version: String) -> WatcherStateMachine.Delivery {
        machine.received(version: version, isDeletion: true, now: now).0
    }

    @discardableResult
    func bookmark(_ version: String, end: Bool = false) -> WatcherStateMachine.Delivery {
        machine.received(bookmark: version, endsInitialEvents: end, now: now).0
    }

    @discardableResult
    func ended() -> WatcherStateMachine.Report? { machine.watchEnded(now: now, jitter: jitter) }

    @discardableResult
    func expired() -> WatcherStateMachine.Report { machine.watchExpired(now: now, jitter: jitter) }

    @discardableResult
    func failed(_ error: any Error) -> WatcherStateMachine.Report {
        machine.failed(WatchFault(error), now: now, jitter: jitter)
    }

    func watchdog() -> WatcherStateMachine.Watchdog { machine.watchdog(now: now).0 }

    /// Brings the machine to an open watch by a plain list.
    static func watching(_ version: String = "10") -> WatcherRig {
        let rig = WatcherRig { $0.streamsLists = false }
        _ = rig.steps(2)
        rig.page(version)
        _ = rig.step()
        return rig
    }

    /// Brings the machine to an open streaming list.
    static func streaming() -> WatcherRig {
        let rig = WatcherRig()
        _ = rig.steps(2)
        return rig
    }
}

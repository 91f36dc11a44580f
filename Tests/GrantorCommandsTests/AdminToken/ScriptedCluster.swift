// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Synchronization

@testable import GrantorCommands

/// A namespace with a kubit and its Jobs in it: each look at it is a moment in which they do a little.
final class ScriptedCluster: RefreshCluster {
    /// What goes wrong.
    struct Faults: Sendable {
        /// kubit makes no Job of this role.
        var missingJob: JobRole?
        /// The Job of this role makes no Secret.
        var missingSecret: JobRole?
        /// The Job of this role fails.
        var failingJob: JobRole?
        /// New pods do not come up.
        var podsStayUnready = false
        /// The permissions that the cluster denies when it is asked.
        var denied: [String] = []
        /// How many looks at it fail, from the third on.
        var silentLooks = 0
        /// The number of the write that the cluster refuses, and every one after it.
        var refusesFrom: Int?
        /// kubit is paused once this many writes were made.
        var pausesAfter: Int?
    }

    /// What happened, in order.
    struct Log: Sendable, Hashable {
        var deleted: [String] = []
        var writes = 0
        /// What must never happen.
        var violations: [String] = []
    }

    private struct State {
        var world: RefreshWorld
        var faults: Faults
        var log = Log()
        var ages: [JobRole: Int] = [:]
        var serial = 100
        var looks = 0
    }

    let instance = "influxdb/influxdb"
    private let state: Mutex<State>

    init(_ faults: Faults = Faults(), world: RefreshWorld = ScriptedCluster.healthy) {
        state = Mutex(State(world: world, faults: faults))
    }

    /// Everything as it is after an installation.
    static var healthy: RefreshWorld {
        var world = RefreshWorld()
        world.kubitReason = "JobCompletedSuccessfully"
        world.secrets = [.init(name: "rsa-keys", uid: "s1"), .init(name: "admin-token", uid: "s2")]
        world.jobs = [
            .init(item: .init(name: "create-admin-token-x", uid: "j2"), role: .token, state: .complete),
            .init(item: .init(name: "key-gen-x", uid: "j1"), role: .keys, state: .complete),
        ]
        world.pods = [
            .init(item: .init(name: "token-management-a", uid: "p1"), app: "token-management", isReady: true),
            .init(item: .init(name: "core-b", uid: "p2"), app: "core", isReady: true),
        ]
        return world
    }

    var world: RefreshWorld { state.withLock { $0.world } }
    var log: Log { state.withLock { $0.log } }

    /// Mends or breaks things between two runs.
    func set(_ faults: Faults) {
        state.withLock { $0.faults = faults }
    }

    // MARK: - RefreshCluster

    func observe() async throws -> RefreshWorld {
        try state.withLock { state in
            state.looks += 1
            if state.looks >= 3, state.faults.silentLooks > 0 {
                state.faults.silentLooks -= 1
                throw KubeError(.unreachable, "cannot look: nothing listens")
            }
            Self.tick(&state)
            return state.world
        }
    }

    func missingPermissions() async throws -> [String] {
        state.withLock { $0.faults.denied }
    }

    func write(_ record: RefreshRecord) async throws {
        try change { $0.world.record = record }
    }

    func removeRecord() async throws {
        try change { $0.world.record = nil }
    }

    func perform(_ step: RefreshPlan.Step) async throws {
        try change { state in
            switch step {
            case .deleteSecret(let item):
                state.log.deleted.append("Secret \(item.name) \(item.uid)")
                state.world.secrets.removeAll { $0.uid == item.uid }
            case .deleteJob(let item):
                state.log.deleted.append("Job \(item.name) \(item.uid)")
                state.world.jobs.removeAll { $0.item.uid == item.uid }
            case .deletePod(let item, _):
                state.log.deleted.append("Pod \(item.name) \(item.uid)")
                if state.world.secrets.count < 2 { state.log.violations.append("\(item.name) before the Secrets") }
                Self.replacePod(item, &state)
            case .awaitJob, .awaitSecret, .awaitPods:
                state.log.violations.append("performed \(step)")
            }
        }
    }

    private func change(_ body: (inout State) -> Void) throws {
        try state.withLock { state in
            state.log.writes += 1
            if let first = state.faults.refusesFrom, state.log.writes >= first {
                throw KubeError(.forbidden, "cannot write: forbidden")
            }
            if let last = state.faults.pausesAfter, state.log.writes >= last { state.world.isPaused = true }
            body(&state)
        }
    }

    // MARK: - What the cluster does by itself

    private static func tick(_ state: inout State) {
        for role in JobRole.allCases {
            if !state.world.jobs.contains(where: { $0.role == role }) {
                guard !state.world.isPaused, state.faults.missingJob != role else { continue }
                let item = RefreshWorld.Item(name: "\(role.rawValue)-x", uid: next(&state, "j"))
                state.world.jobs.append(.init(item: item, role: role))
                state.ages[role] = 0
            }
            guard let index = state.world.jobs.firstIndex(where: { $0.role == role && $0.state == .running }) else {
                continue
            }
            state.ages[role, default: 0] += 1
            guard state.ages[role, default: 0] >= 3 else { continue }
            if state.faults.failingJob == role {
                state.world.jobs[index].state = .failed
                continue
            }
            guard state.faults.missingSecret != role else { continue }
            let name = role == .keys ? "rsa-keys" : "admin-token"
            state.world.jobs[index].state = .complete
            if !state.world.secrets.contains(where: { $0.name == name }) {
                state.world.secrets.append(.init(name: name, uid: next(&state, "s")))
            }
        }
        if !state.faults.podsStayUnready {
            for index in state.world.pods.indices { state.world.pods[index].isReady = true }
        }
    }

    private static func replacePod(_ item: RefreshWorld.Item, _ state: inout State) {
        guard let index = state.world.pods.firstIndex(where: { $0.item.uid == item.uid }) else { return }
        let app = state.world.pods[index].app
        let uid = next(&state, "p")
        state.world.pods[index] = .init(item: .init(name: "\(app)-\(uid)", uid: uid), app: app)
    }

    private static func next(_ state: inout State, _ prefix: String) -> String {
        state.serial += 1
        return "\(prefix)\(state.serial)"
    }
}

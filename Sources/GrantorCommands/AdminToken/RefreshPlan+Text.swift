// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension RefreshPlan.Step {
    /// The step in words.
    var text: String {
        switch self {
        case .deleteSecret(let item): "delete Secret \(item.name)"
        case .deleteJob(let item): "delete Job \(item.name)"
        case .awaitJob(let role): "wait until kubit has made the Job \(role.rawValue) again"
        case .awaitSecret(let name): "wait until Secret \(name) is there again"
        case .deletePod(let item, let app): "delete Pod \(item.name) (app=\(app))"
        case .awaitPods(let app): "wait until a new Pod with app=\(app) is ready"
        }
    }

    /// The step as data.
    var json: JSONValue {
        let (action, kind, name) =
            switch self {
            case .deleteSecret(let item): ("delete", "Secret", item.name)
            case .deleteJob(let item): ("delete", "Job", item.name)
            case .deletePod(let item, _): ("delete", "Pod", item.name)
            case .awaitJob(let role): ("wait", "Job", role.rawValue)
            case .awaitSecret(let name): ("wait", "Secret", name)
            case .awaitPods(let app): ("wait", "Pod", "app=\(app)")
            }
        return ["action": .string(action), "kind": .string(kind), "name": .string(name)]
    }
}

extension RefreshPlan {
    /// The whole procedure before it has begun: what a dry run shows beside the steps of the moment.
    ///
    /// Of what is deleted the return is awaited, which is no step yet while the old one is there.
    static func preview(_ world: RefreshWorld) -> [Step] {
        let record = world.record ?? RefreshRecord(of: world, at: "")
        var after = world
        after.secrets.removeAll { record.secrets[$0.name] == $0.uid }
        after.jobs.removeAll { record.jobs[$0.item.name] == $0.item.uid }
        let deletions = RefreshPlan(world, record: record).steps.filter { step in
            switch step {
            case .deleteSecret, .deleteJob: true
            default: false
            }
        }
        return deletions + RefreshPlan(after, record: record).steps
    }

    /// The plan as data.
    func json(of instance: String, world: RefreshWorld) -> JSONValue {
        [
            "appInstance": .string(instance),
            "resumes": .bool(world.record != nil),
            "steps": .array(Self.preview(world).map(\.json)),
            "notes": .array(notes.map(JSONValue.string)),
        ]
    }
}

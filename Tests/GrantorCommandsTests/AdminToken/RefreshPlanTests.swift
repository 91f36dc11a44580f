// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import GrantorCommands

struct RefreshPlanTests {
    @Test(arguments: [
        ("key-gen", JobRole.keys), ("key-gen-20260421", .keys), ("influxdb-key-gen-x2", .keys),
        ("create-admin-token", .token), ("create-admin-token-abc", .token), ("token-gen", .token),
        ("db-create-admin-token", .token),
    ])
    func `Jobs are known with and without prefix and suffix`(name: String, role: JobRole) {
        #expect(JobRole(jobName: name) == role)
    }

    @Test(arguments: [
        "", "kubit-apply-key-gen", "monkey-generator", "key-generator", "keygen", "admin-token", "create-admin-tokens",
        "key", "backup",
    ])
    func `other Jobs are left alone`(name: String) {
        #expect(JobRole(jobName: name) == nil)
    }

    @Test func `a dry run lists each object by name, then what is waited for`() {
        let steps = RefreshPlan.preview(ScriptedCluster.healthy).map(\.text)
        #expect(
            steps == [
                "delete Secret rsa-keys", "delete Secret admin-token", "delete Job key-gen-x",
                "delete Job create-admin-token-x", "wait until kubit has made the Job key-gen again",
                "wait until kubit has made the Job create-admin-token again",
                "wait until Secret rsa-keys is there again", "wait until Secret admin-token is there again",
                "delete Pod core-b (app=core)", "delete Pod token-management-a (app=token-management)",
                "wait until a new Pod with app=token-management is ready",
                "wait until a new Pod with app=core is ready",
            ]
        )
    }

    @Test func `the plan as data says the same`() throws {
        let world = ScriptedCluster.healthy
        let json = RefreshPlan(world).json(of: "a/b", world: world)
        #expect(json["resumes"] == false)
        #expect(json["appInstance"] == "a/b")
        #expect(json["steps"]?.array?.count == 12)
        #expect(json["steps"]?[0] == ["action": "delete", "kind": "Secret", "name": "rsa-keys"])
        #expect(json["notes"] == [])
    }

    @Test func `what lacks is told`() {
        var world = RefreshWorld()
        #expect(RefreshPlan(world).notes.count == 4)
        world.kubitReason = "JobFailed"
        #expect(RefreshPlan(world).notes.contains { $0.contains("last apply has failed") })
        let text = RefreshText(style: TerminalStyle(isEnabled: false), instance: "a/b")
        world.isPaused = true
        #expect(text.plan(RefreshPlan(world), world: world, command: "x").contains("It cannot be done now"))
    }

    @Test func `a record comes back as it was written`() throws {
        let record = RefreshRecord(of: ScriptedCluster.healthy, at: "2026-11-21T09:00:00Z")
        #expect(try RefreshRecord(json: record.json) == record)
        #expect(record.apps == ["token-management", "core"])
        #expect(throws: FieldError.self) { try RefreshRecord(json: [:]) }
        #expect(RefreshRecord.configMapName(of: "influxdb") == "influxdb-admin-token-refresh")
    }

    @Test func `an object of the same name with another identity is left alone`() {
        let record = RefreshRecord(of: ScriptedCluster.healthy, at: "")
        var world = ScriptedCluster.healthy
        world.secrets = [.init(name: "rsa-keys", uid: "new"), .init(name: "admin-token", uid: "new2")]
        world.jobs = []
        world.pods = [
            .init(item: .init(name: "token-management-a", uid: "new"), app: "token-management", isReady: true)
        ]
        let steps = RefreshPlan(world, record: record).steps
        // The Jobs made their Secrets and are gone; of core no new pod is ready.
        #expect(steps == [.awaitPods(app: "core")])
    }
}

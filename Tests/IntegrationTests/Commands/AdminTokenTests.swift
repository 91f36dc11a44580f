// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import FoundationEssentials
import KubeClient
import KubeCore
import Logging
import Subprocess
import TestKit
import Testing

/// Against the embedded API server, with a double of kubit that makes Jobs, Secrets and pods again.
@Suite(.needsGrantor, .timeLimit(.minutes(3)))
struct AdminTokenTests {
    /// What kubit, its Jobs and the Deployment do, for as long as a body runs.
    private struct Kubit: Sendable {
        let client: KubeClient
        /// Jobs that it does not make again.
        var leavesOut: Set<String> = []

        func run() async throws {
            while true {
                for (job, secret, key) in [
                    ("key-gen-20260421", "rsa-keys", "private.pem"),
                    ("create-admin-token-20260421", "admin-token", "token"),
                ] where !leavesOut.contains(job) {
                    if try await client.get(Self.jobs, .init(namespace: "influxdb", name: job)) == nil {
                        _ = try await client.create(Self.jobs, InstalledCluster.job(job))
                        let data: JSONValue = [key: "bmV3LXNlY3JldA=="]
                        let object: JSONValue = [
                            "apiVersion": "v1", "kind": "Secret", "data": data,
                            "metadata": ["name": .string(secret), "namespace": "influxdb"],
                        ]
                        _ = try await client.create(.secrets, object)
                    }
                }
                let labels = ListOptions(labelSelector: "app=token-management")
                if try await client.list(Self.pods, namespace: "influxdb", options: labels).items.isEmpty {
                    let pod = InstalledCluster.pod("token-management-0", app: "token-management")
                    let made = try await client.create(Self.pods, pod)
                    if made["status"]?["conditions"] == nil {
                        let name = NamespacedName(namespace: "influxdb", name: "token-management-0")
                        let status: JSONValue = ["status": pod["status"] ?? .null]
                        _ = try await client.patch(Self.pods, name, .merge(status), subresource: "status")
                    }
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }

        static let jobs = ResourceType(group: "batch", version: "v1", kind: "Job", plural: "jobs")
        static let pods = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods")
    }

    private struct Stage: Sendable {
        let workspace: Workspace
        let client: KubeClient

        func uid(_ type: ResourceType, _ name: String) async throws -> String? {
            try await client.get(type, .init(namespace: "influxdb", name: name))?["metadata"]?["uid"]?.string
        }

        func refresh(_ options: String...) throws -> Command {
            try workspace.grantor(["admin-token", "refresh", "-n", "influxdb", "influxdb"] + options)
        }
    }

    private static func withStage<Result: Sendable>(
        kubit leavesOut: Set<String>? = [],
        objects: [JSONValue] = InstalledCluster.objects,
        _ body: @Sendable (Stage) async throws -> Result
    ) async throws -> Result {
        try await withCluster(manifests: objects) { cluster in
            let configuration = KubeConfiguration(server: try await cluster.server.address.url)
            return try await withTestClient(configuration) { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    if let leavesOut {
                        group.addTask { try await Kubit(client: client, leavesOut: leavesOut).run() }
                    }
                    defer { group.cancelAll() }
                    return try await body(Stage(workspace: Workspace(home: cluster.home), client: client))
                }
            }
        }
    }

    @Test func `a dry run lists everything by name and changes nothing`() async throws {
        try await Self.withStage(kubit: nil) { stage in
            let before = try await stage.uid(.secrets, "rsa-keys")
            let outcome = try await stage.refresh().run()
            #expect(outcome.status == 0, "\(outcome)")
            #expect(
                outcome.output.contains(
                    """
                      1. delete Secret rsa-keys
                      2. delete Secret admin-token
                      3. delete Job key-gen-20260421
                      4. delete Job create-admin-token-20260421
                      5. wait until kubit has made the Job key-gen again
                    """
                )
            )
            #expect(outcome.output.contains("delete Pod token-management-0 (app=token-management)"))
            #expect(!outcome.output.contains("backup") && !outcome.output.contains("router"))
            #expect(outcome.output.hasSuffix("To do it: grantor admin-token refresh -n influxdb influxdb --yes\n"))
            let json = try JSONValue(parsing: try await stage.refresh("-o", "json").run().output)
            #expect(json["steps"]?.array?.count == 10)
            #expect(try await stage.uid(.secrets, "rsa-keys") == before)
            #expect(try await stage.uid(.configMaps, "influxdb-admin-token-refresh") == nil)
        }
    }

    @Test func `everything is replaced, and nothing secret is printed`() async throws {
        try await Self.withStage { stage in
            let names: [(ResourceType, String)] = [
                (.secrets, "rsa-keys"), (.secrets, "admin-token"), (Kubit.jobs, "key-gen-20260421"),
                (Kubit.jobs, "create-admin-token-20260421"), (Kubit.pods, "token-management-0"),
            ]
            var before: [String?] = []
            for (type, name) in names { before.append(try await stage.uid(type, name)) }
            let bystanders = try await [stage.uid(Kubit.jobs, "backup"), stage.uid(Kubit.pods, "router-0")]
            let outcome = try await stage.refresh("--yes", "--timeout", "40").run()
            #expect(outcome.status == 0, "\(outcome)")
            for (index, (type, name)) in names.enumerated() {
                let uid = try await stage.uid(type, name)
                #expect(uid != nil && uid != before[index], "\(name)")
            }
            #expect(try await [stage.uid(Kubit.jobs, "backup"), stage.uid(Kubit.pods, "router-0")] == bystanders)
            #expect(try await stage.uid(.configMaps, "influxdb-admin-token-refresh") == nil)
            let all = outcome.output + outcome.errors
            #expect(!all.contains(InstalledCluster.secret) && !all.contains("bmV3LXNlY3JldA"))
            #expect(outcome.output.contains("The admin token of influxdb/influxdb is new."))
        }
    }

    @Test func `Ctrl-C in the middle leaves what the same command resumes`() async throws {
        try await Self.withStage(kubit: nil) { stage in
            let ending = try await stage.refresh("--yes").ended(by: .interrupt) { lines in
                _ = try await lines.wait("the wait", within: .seconds(50)) {
                    $0.contains { $0.hasPrefix("wait until kubit has made") }
                }
            }
            #expect(ending.status == 130)
            #expect(ending.isPrompt)
            #expect(
                ending.lines.last
                    == "grantor: interrupted; what was done stays done, and the same command goes on from there"
            )
            #expect(try await stage.uid(.configMaps, "influxdb-admin-token-refresh") != nil)
            #expect(try await stage.uid(.secrets, "rsa-keys") == nil)
            #expect(try await stage.uid(Kubit.pods, "token-management-0") != nil)
            let plan = try await stage.refresh().run()
            #expect(plan.output.contains("was broken off; this is what is left of it."))
            #expect(!plan.output.contains("delete Secret"))
            let client = stage.client
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Kubit(client: client).run() }
                let outcome = try await stage.refresh("--yes", "--timeout", "40").run()
                group.cancelAll()
                #expect(outcome.status == 0, "\(outcome)")
                #expect(outcome.output.hasPrefix("resuming the refresh that began at 20"))
                #expect(!outcome.output.contains("delete Secret"))
            }
        }
    }

    @Test func `a Job that does not come back ends it in time, with what to look at`() async throws {
        try await Self.withStage(kubit: ["key-gen-20260421"]) { stage in
            let outcome = try await stage.refresh("--yes", "--timeout", "2").run()
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.contains("cannot go on: wait until kubit has made the Job key-gen again took too long")
            )
            #expect(!outcome.output.contains("delete Pod"))
        }
    }

    @Test func `what is paused is left alone`() async throws {
        var objects = InstalledCluster.objects
        objects[2] = InstalledCluster.appInstance(paused: true)
        try await Self.withStage(kubit: nil, objects: objects) { stage in
            let before = try await stage.uid(.secrets, "rsa-keys")
            let outcome = try await stage.refresh("--yes").run()
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("it is paused (spec.pause)"))
            #expect(try await stage.uid(.secrets, "rsa-keys") == before)
            #expect(try await stage.refresh().run().output.contains("It cannot be done now: the AppInstance is paused"))
        }
    }

    @Test func `no cluster and no AppInstance are one line each`() async throws {
        try await withWorkspace { workspace in
            let none = try await workspace.run("admin-token", "refresh", "-n", "influxdb", "influxdb")
            #expect(none.status == 2)
            #expect(none.errors.hasPrefix("grantor: cannot find a cluster: no kubeconfig"))
            #expect(none.errors.split(separator: "\n").count == 1)
        }
        try await Self.withStage(kubit: nil) { stage in
            let run = try stage.workspace.grantor(["admin-token", "refresh", "-n", "influxdb", "other"])
            let outcome = try await run.run()
            #expect(outcome.status == 2)
            #expect(
                outcome.errors == "grantor: cannot find AppInstance influxdb/other: the namespace has influxdb\n"
            )
        }
        try await Self.withStage(kubit: nil, objects: []) { stage in
            let outcome = try await stage.refresh().run()
            #expect(outcome.status == 2)
            #expect(
                outcome.errors.contains(
                    "the cluster has no AppInstances, and the namespace has no ConfigMap app-instance; "
                        + "kubit is not installed there"
                )
            )
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import FoundationEssentials
import KubeCore
import Subprocess
import TestKit
import Testing

/// Single-namespace mode as a user without cluster permissions has it: the real program, kubectl, and no CRD anywhere.
@Suite(.needsGrantor, .needsKubectl, .timeLimit(.minutes(5)))
struct SingleNamespaceTests {
    private static let options = ["operator", "--allow-loopback", "--store", "configmap", "--namespace", "default"]
    private static let managed = "app.kubernetes.io/managed-by=grantor"

    /// An AppInstance as the chart of InfluxDB Clustered writes it: one line of JSON.
    private static func text(_ ids: [String], keysAt endpoint: String) -> String {
        let users = ids.map { id -> JSONValue in
            ["id": .string(id), "firstName": "A", "lastName": "B", "email": .string("\(id)@x")]
        }
        let admin: JSONValue = [
            "identityProvider": "auth0", "jwksEndpoint": .string(endpoint), "users": .array(users),
            "dsn": ["value": "postgres://catalog"],
        ]
        let instance: JSONValue = [
            "apiVersion": "kubecfg.dev/v1alpha1", "kind": "AppInstance",
            "metadata": ["name": "influxdb", "namespace": "default"],
            "spec": [
                "package": [
                    "image": "x", "apiVersion": "influxdata.com/v1alpha1",
                    "spec": ["admin": admin],
                ]
            ],
        ]
        return instance.jsonText
    }

    /// kubit's ConfigMap.
    private static func holder(_ text: String) -> String {
        let holder: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "app-instance", "namespace": "default"],
            "data": ["app-instance": .string(text)],
        ]
        return holder.jsonText
    }

    private static func ids(_ count: Int) -> [String] { (0..<count).map { "auth0|u\($0)" } }

    /// A server without CRDs and an identity provider.
    private static func run(
        _ body: @Sendable @escaping (Workspace, _ endpoint: String) async throws -> Void
    ) async throws {
        try await withWorkspace { workspace in
            try await withRealm(.auth0) { realm in
                let endpoint = try await realm.keysURL
                _ = try await workspace.dev("--no-operator", "--without-crds").ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    #expect(try await workspace.kubectl("get", "crd", "-o", "name").isEmpty)
                    try await body(workspace, endpoint)
                }
            }
        }
    }

    /// Waits as the documentation says.
    private static func wait(_ state: String, _ key: String = "ready", in workspace: Workspace) async throws {
        let name = "configmap/influxdb-admin-access"
        try await workspace.eventually("a report") {
            try await workspace.kubectl(["get", name]).run().status == 0
        }
        try await workspace.kubectl("wait", "--for=jsonpath={.data.\(key)}=\(state)", name, "--timeout=60s")
    }

    /// The ids of who is granted, as the documentation reads them.
    private static func granted(in workspace: Workspace) async throws -> [String] {
        let list = try await workspace.kubectl(
            "get",
            "configmaps",
            "-l",
            "app.kubernetes.io/component=admin-grants",
            "-o",
            "json"
        )
        let documents = try JSONValue(parsing: list)["items"]?.array ?? []
        return try documents.flatMap { document in
            let text = try #require(document["data"]?["grants.json"]?.string)
            return try (JSONValue(parsing: text)["items"]?.array ?? []).compactMap { $0["spec"]?["userID"]?.string }
        }
        .sorted()
    }

    /// Waits until exactly these are granted.
    private static func wait(for ids: [String], in workspace: Workspace) async throws {
        try await workspace.eventually("\(ids.count) grants") { try await granted(in: workspace) == ids.sorted() }
    }

    @Test func `the life of an AppInstance in a ConfigMap`() async throws {
        try await Self.run { workspace, endpoint in
            let command = try workspace.grantor(Self.options)
            _ = try await command.ended(by: .terminate) { _ in
                try await workspace.kubectl(
                    "apply",
                    "-f",
                    "-",
                    input: Self.holder(Self.text(Self.ids(2), keysAt: endpoint))
                )
                try await Self.wait("True", in: workspace)
                #expect(try await Self.granted(in: workspace) == Self.ids(2))

                try await workspace.kubectl(
                    "apply",
                    "-f",
                    "-",
                    input: Self.holder(Self.text(Self.ids(3), keysAt: endpoint))
                )
                try await Self.wait(for: Self.ids(3), in: workspace)

                try await workspace.kubectl("apply", "-f", "-", input: Self.holder("spec: ["))
                try await Self.wait("False", in: workspace)
                try await Self.wait("InvalidAdmin", "reason", in: workspace)
                #expect(try await Self.granted(in: workspace) == Self.ids(3))
                let events = try await workspace.kubectl("get", "events.events.k8s.io")
                #expect(events.contains("configmap/app-instance") && events.contains("InvalidAdmin"))

                try await workspace.kubectl(
                    "apply",
                    "-f",
                    "-",
                    input: Self.holder(Self.text(Self.ids(1), keysAt: endpoint))
                )
                try await Self.wait("True", in: workspace)
                try await Self.wait(for: Self.ids(1), in: workspace)

                try await workspace.kubectl("delete", "configmap", "influxdb-admin-grants")
                try await workspace.eventually("the grants are back") {
                    try await workspace.kubectl(["get", "configmap", "influxdb-admin-grants"]).run().status == 0
                }
                #expect(try await Self.granted(in: workspace) == Self.ids(1))

                try await workspace.kubectl("delete", "configmap", "app-instance")
                try await workspace.eventually("nothing is left") {
                    try await workspace.kubectl("get", "configmaps", "-l", Self.managed, "-o", "name").isEmpty
                }
            }
        }
    }

    @Test func `doctor looks at what is there, and misses no CRD`() async throws {
        try await Self.run { workspace, endpoint in
            let options = ["doctor", "--allow-loopback", "--store", "configmap", "-n", "default", "--no-leader-elect"]
            try await workspace.kubectl(
                "apply",
                "-f",
                "-",
                input: Self.holder(Self.text(Self.ids(2), keysAt: endpoint))
            )
            _ = try await workspace.grantor(Self.options).ended(by: .terminate) { _ in
                try await Self.wait("True", in: workspace)
            }
            let healthy = try await workspace.grantor(options).run()
            #expect(healthy.status == 0, "\(healthy)")
            #expect(healthy.output.contains("none is needed with --store configmap"), "\(healthy)")
            #expect(healthy.output.contains("default/influxdb"), "\(healthy)")
            try await workspace.kubectl("apply", "-f", "-", input: Self.holder("{"))
            let broken = try await workspace.grantor(options).run()
            #expect(broken.status == 1 && broken.output.contains("data.app-instance: Invalid value"), "\(broken)")
            let resources = try await workspace.grantor(["doctor", "--allow-loopback"]).run()
            #expect(resources.status == 1 && resources.output.contains("not installed"), "\(resources)")
        }
    }

    @Test func `the commands find the AppInstance in the ConfigMap`() async throws {
        try await Self.run { workspace, endpoint in
            func runs(_ arguments: [String]) async throws -> Command.Outcome {
                try await workspace.grantor(arguments).run()
            }
            let missing = try await runs(["users", "list", "-n", "default", "influxdb"])
            #expect(missing.status == 2)
            #expect(
                missing.errors.contains(
                    "the cluster has no AppInstances, and the namespace has no ConfigMap app-instance"
                )
            )

            try await workspace.kubectl(
                "apply",
                "-f",
                "-",
                input: Self.holder(Self.text(Self.ids(2), keysAt: endpoint))
            )
            for name in ["influxdb", "app-instance"] {
                let users = try await runs(["users", "list", "-n", "default", name, "-o", "json"])
                #expect(users.status == 0, "\(users)")
                #expect(try JSONValue(parsing: users.output).array?.count == 2)
                #expect(try await runs(["validate", "-n", "default", name]).status == 0)
                let values = try await runs(["render", "values", "-n", "default", name, "--admin-only"])
                #expect(values.status == 0 && values.output.contains("id: auth0|u1"), "\(values)")
            }
            let other = try await runs(["validate", "-n", "default", "other"])
            #expect(other.status == 2)
            #expect(other.output.contains("the namespace has influxdb (in ConfigMap app-instance)"), "\(other)")

            let file = try workspace.write("no token", to: "token")
            let token = try await runs(["login", "-n", "default", "influxdb", "--token", file, "--audience", "y"])
            #expect(token.status == 1, "\(token)")

            let broken = Self.text(["a", "a"], keysAt: endpoint)
            try await workspace.kubectl("apply", "-f", "-", input: Self.holder(broken))
            let found = try await runs(["validate", "-n", "default", "influxdb"])
            #expect(found.status == 1)
            #expect(
                found.output.contains(
                    "live:default/influxdb: error: spec.package.spec.admin.users[1].id: Duplicate value"
                ),
                "\(found)"
            )
            try await workspace.kubectl("apply", "-f", "-", input: Self.holder("{"))
            #expect(try await runs(["validate", "-n", "default", "influxdb"]).output.contains("cannot read YAML"))
        }
    }

    @Test func `ten thousand users are granted, and neither a restart nor a second look writes anything`() async throws
    {
        try await Self.run { workspace, endpoint in
            let ids = Self.ids(10_000)
            let text = Self.text(ids, keysAt: endpoint)
            // More would not fit into the ConfigMap of kubit either.
            #expect(text.utf8.count < 1 << 20)
            let clock = ContinuousClock()
            let command = try workspace.grantor(Self.options)
            let version = "jsonpath={.metadata.resourceVersion}"
            let names = ["access", "grants", "grants-1", "grants-2", "keys"].map { "configmap/influxdb-admin-\($0)" }
            func versions() async throws -> String {
                try await workspace.kubectl(
                    ["get", "-o", "jsonpath={.items[*].metadata.resourceVersion}"] + names
                ).run().output
            }
            _ = try await command.ended(by: .terminate) { lines in
                try await lines.wait("the start") { $0.contains { $0.contains("controller starts") } }
                // Too large for the annotation of kubectl apply.
                try await workspace.kubectl("create", "-f", "-", input: Self.holder(text))
                let start = clock.now
                try await Self.wait("True", in: workspace)
                print("10,000 users in ConfigMaps, ready after \(clock.now - start)")
                #expect(try await Self.granted(in: workspace) == ids.sorted())
                let list = try await workspace.kubectl("get", "configmaps", "-l", Self.managed, "-o", "name")
                print("10,000 users in ConfigMaps: \(list.split(separator: "\n").joined(separator: " "))")

                let changed = clock.now
                try await workspace.kubectl(
                    "replace",
                    "-f",
                    "-",
                    input: Self.holder(Self.text(Array(ids.dropFirst()), keysAt: endpoint))
                )
                try await Self.wait(for: Array(ids.dropFirst()), in: workspace)
                print("one of 10,000 users revoked after \(clock.now - changed), kubectl included")
                try await Self.wait("9999", "admins", in: workspace)
            }
            let before = try await versions()
            #expect(before.split(separator: " ").count == names.count, "\(before) \(version)")
            _ = try await command.ended(by: .terminate) { lines in
                try await lines.wait("the keys") { $0.contains { $0.contains("the keys have changed") } }
                try await Task.sleep(for: .seconds(1))
            }
            #expect(try await versions() == before, "a restart wrote something")
        }
    }

    @Test func `two replicas: when the one that leads is killed, the other goes on`() async throws {
        try await Self.run { workspace, endpoint in
            let commands = try ["first", "second"].map { name in
                try workspace.grantor(
                    Self.options + [
                        "--leader-elect", "--leader-elect-identity", name, "--leader-elect-lease-duration", "4s",
                        "--leader-elect-renew-deadline", "2500ms", "--leader-elect-retry-period", "500ms",
                    ]
                )
            }
            try await Command.controlled(commands) { processes in
                try await workspace.kubectl(
                    "apply",
                    "-f",
                    "-",
                    input: Self.holder(Self.text(Self.ids(2), keysAt: endpoint))
                )
                try await Self.wait("True", in: workspace)
                let format = "jsonpath={.items[0].spec.holderIdentity}"
                let leader = try await workspace.kubectl("get", "leases", "-o", format)
                processes[leader == "first" ? 0 : 1].send(.kill)
                try await workspace.kubectl(
                    "apply",
                    "-f",
                    "-",
                    input: Self.holder(Self.text(Self.ids(3), keysAt: endpoint))
                )
                try await Self.wait(for: Self.ids(3), in: workspace)
                #expect(try await workspace.kubectl("get", "leases", "-o", format) != leader)
                let events = try await workspace.kubectl("get", "events.events.k8s.io", "-o", "json")
                let granted = try JSONValue(parsing: events)["items"]?.array?.filter { $0["reason"] == "Granted" }
                #expect(granted?.count == 2)
            }
        }
    }

    @Test func `dev does it all in one process`() async throws {
        try await withWorkspace { workspace in
            try await withRealm(.auth0) { realm in
                let endpoint = try await realm.keysURL
                _ = try await workspace.dev("--without-crds").ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    let path = try workspace.write(Self.text(Self.ids(2), keysAt: endpoint), to: "instance.json")
                    try await workspace.kubectl(
                        "create",
                        "configmap",
                        "app-instance",
                        "--from-file=app-instance=\(path)"
                    )
                    try await Self.wait("True", in: workspace)
                    #expect(try await Self.granted(in: workspace) == Self.ids(2))
                }
            }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

/// Commands that work on files work on objects of a cluster, and say in one line when they cannot.
@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct LiveObjectTests {
    private static let commands: [[String]] = [
        ["validate", "-n", "influxdb", "NAME"], ["validate", "live:influxdb/NAME"],
        ["render", "influxctl", "-n", "influxdb", "NAME", "--client-id", "x", "--offline"],
        ["render", "values", "-n", "influxdb", "NAME", "--admin-only"], ["users", "list", "-n", "influxdb", "NAME"],
    ]

    private static func arguments(_ command: [String], _ name: String = "influxdb") -> [String] {
        command.map { $0.replacing("NAME", with: name) }
    }

    @Test(arguments: commands)
    func `no cluster is one line and status 2`(command: [String]) async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.grantor(Self.arguments(command)).run()
            #expect(outcome.status == 2, "\(outcome)")
            let lines = (outcome.output + outcome.errors).split(separator: "\n")
            #expect(lines.count { $0.contains("cannot find a cluster: no kubeconfig") } == 1, "\(outcome)")
        }
    }

    @Test(arguments: commands)
    func `a server that does not answer is told soon`(command: [String]) async throws {
        try await withWorkspace { workspace in
            let kubeconfig: JSONValue = [
                "apiVersion": "v1", "kind": "Config", "current-context": "c",
                "contexts": [["name": "c", "context": ["cluster": "c", "user": "u"]]],
                "clusters": [["name": "c", "cluster": ["server": "http://127.0.0.1:9"]]],
                "users": [["name": "u", "user": [:]]],
            ]
            try workspace.write(String(decoding: kubeconfig.jsonBytes, as: UTF8.self), to: "kubeconfig")
            var run = try workspace.grantor(Self.arguments(command))
            run.limit = .seconds(20)
            let outcome = try await run.run()
            #expect(outcome.status == 2, "\(outcome)")
            #expect((outcome.output + outcome.errors).contains("nothing listens at http://127.0.0.1:9"), "\(outcome)")
        }
    }

    @Test func `an AppInstance of the cluster is as good as a file`() async throws {
        try await withCluster(manifests: InstalledCluster.objects) { cluster in
            let workspace = Workspace(home: cluster.home)
            for command in Self.commands where command.first != "validate" {
                let outcome = try await workspace.grantor(Self.arguments(command)).run()
                #expect(outcome.status == 0, "\(outcome)")
                #expect(outcome.output.contains("ada@example.com") || command.contains("influxctl"), "\(outcome)")
                let missing = try await workspace.grantor(Self.arguments(command, "other")).run()
                #expect(missing.status == 2, "\(missing)")
                #expect(
                    missing.errors
                        == "grantor: cannot find AppInstance influxdb/other: the namespace has influxdb\n"
                )
                #expect(missing.output.isEmpty)
            }
        }
    }

    @Test func `findings in the cluster have a path and no line`() async throws {
        var objects = InstalledCluster.objects
        var broken = InstalledCluster.appInstance(paused: false)
        broken["metadata"]?["name"] = "broken"
        broken["spec"]?["package"]?["spec"]?["admin"]?["identityProvider"] = "entra"
        objects.append(broken)
        try await withCluster(manifests: objects) { cluster in
            let workspace = Workspace(home: cluster.home)
            let outcome = try await workspace.run("validate", "-n", "influxdb", "influxdb", "broken")
            #expect(outcome.status == 1, "\(outcome)")
            let line = try #require(
                outcome.output.split(separator: "\n").first { $0.contains("Unsupported value: \"entra\"") }
            )
            #expect(line.hasPrefix("live:influxdb/broken: error: spec.package.spec.admin.identityProvider: "))
            let json = try await workspace.run("validate", "live:influxdb/broken", "-o", "json")
            #expect(try JSONValue(parsing: json.output)[0]?["line"] == .null)
            let github = try await workspace.run("validate", "live:influxdb/broken", "-o", "github")
            #expect(github.output.contains("::error file=live%3Ainfluxdb/broken::spec.package"))
            let missing = try await workspace.run("validate", "-n", "influxdb", "influxdb", "other")
            #expect(missing.status == 2)
            #expect(missing.output.contains("live:influxdb/other: error: cannot find AppInstance influxdb/other"))
        }
    }

    @Test(arguments: [["add", "influxdb", "--id", "x"], ["remove", "influxdb", "--id", "x"]])
    func `an AppInstance in the cluster is not edited, and it is said how kubectl does it`(
        words: [String]
    ) async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.grantor(["users"] + words + ["-n", "db"]).run()
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("  kubectl -n db get appinstance influxdb -o yaml > influxdb.yaml\n"))
            #expect(outcome.errors.contains("  kubectl replace -f influxdb.yaml\n"))
        }
    }
}

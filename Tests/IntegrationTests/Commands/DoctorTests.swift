// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import DevIdentityProvider
import FoundationEssentials
import KubeCore
import TestKit
import Testing

@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct DoctorTests {
    private static let definitions = CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance]

    private static func instance(_ namespace: String, keysAt url: String) -> JSONValue {
        var object = InstalledCluster.appInstance(paused: false)
        object["metadata"] = ["name": "influxdb", "namespace": .string(namespace)]
        object["spec"]?["package"]?["spec"]?["admin"]?["jwksEndpoint"] = .string(url)
        return object
    }

    private static func namespace(_ name: String) -> JSONValue {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    }

    private func run(_ cluster: Cluster, _ arguments: String...) async throws -> (status: Int, report: JSONValue) {
        let command = ["doctor", "-o", "json", "--allow-loopback"] + arguments
        let outcome = try await cluster.command(try Tool.grantor.required(), command).run()
        #expect(!outcome.output.contains("ada@example.com"))
        return (outcome.status, try JSONValue(parsing: outcome.output))
    }

    private func checks(_ report: JSONValue, _ name: String) -> [JSONValue] {
        (report["checks"]?.array ?? []).filter { $0["check"]?.string == name }
    }

    @Test func `a thousand AppInstances with one endpoint take one fetch`() async throws {
        try await withRealm { realm in
            let url = try await realm.keysURL
            let names = (0..<1_000).map { "n\($0)" }
            let objects = names.map(Self.namespace) + names.map { Self.instance($0, keysAt: url) }
            try await withCluster(manifests: Self.definitions + objects) { cluster in
                let before = realm.counts.keys
                let started = ContinuousClock.now
                let (status, report) = try await run(cluster)
                #expect(ContinuousClock.now - started < .seconds(30))
                #expect(realm.counts.keys == before + 1)
                // Nobody works on them: a thousand errors, and one endpoint that is in order.
                #expect(status == 1)
                #expect(checks(report, "status").count == 1_000)
                let keys = checks(report, "endpoint-keys")
                #expect(keys.count == 1)
                #expect(keys.first?["status"] == "ok")
                #expect(keys.first?["message"]?.string?.contains("and 997 more") == true)
                let text = try await cluster.command(
                    try Tool.grantor.required(),
                    ["doctor", "--allow-loopback"]
                ).run().output
                #expect(text.split(separator: "\n").count < 80)
                #expect(text.contains("and 980 more: see -o json"))
            }
        }
    }

    @Test func `definitions that are missing, and a lease that is not renewed, are found`() async throws {
        let lease: JSONValue = [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": ["name": "grantor", "namespace": "grantor"],
            "spec": [
                "holderIdentity": "gone_1", "leaseDurationSeconds": 15, "renewTime": "2026-01-01T00:00:00.000000Z",
            ],
        ]
        try await withCluster(manifests: [Self.namespace("grantor"), lease]) { cluster in
            let (status, report) = try await run(cluster, "--leader-elect")
            #expect(status == 1)
            let definitions = checks(report, "crd")
            #expect(definitions.compactMap { $0["status"]?.string } == ["error", "error", "error"])
            #expect(checks(report, "lease").first?["status"] == "error")
            #expect(checks(report, "lease").first?["message"]?.string?.hasPrefix("held by gone_1") == true)
        }
    }

    @Test func `an endpoint that does not answer ends within the time that is given`() async throws {
        try await withRealm { realm in
            realm.misbehave(.slow(.seconds(8)))
            let objects = [Self.namespace("a"), Self.instance("a", keysAt: try await realm.keysURL)]
            try await withCluster(manifests: Self.definitions + objects) { cluster in
                let started = ContinuousClock.now
                let (status, report) = try await run(cluster, "--timeout", "2s", "--no-leader-elect")
                #expect(ContinuousClock.now - started < .seconds(8))
                #expect(status == 1)
                #expect(checks(report, "time-limit").count == 1)
                // What was found until then is told.
                #expect(checks(report, "crd").count == 3)
            }
        }
    }

    @Test func `a cluster that cannot be asked ends with 2, also for programs`() async throws {
        try await withWorkspace { workspace in
            let nowhere = try await workspace.run("doctor", "--kubeconfig", "nowhere", "-o", "json")
            #expect(nowhere.status == 2)
            #expect(try JSONValue(parsing: nowhere.output)["summary"]?["error"] == 1)
        }
        try await withCluster { cluster in
            try await withWorkspace { workspace in
                let text = String(
                    decoding: try Data(contentsOf: URL(filePath: cluster.home + "/kubeconfig")),
                    as: UTF8.self
                )
                let address = try #require(text.firstMatch(of: /127\.0\.0\.1:\d+/)).output
                try workspace.write(text.replacing(address, with: "127.0.0.1:9"), to: "kubeconfig")
                let outcome = try await workspace.run("doctor")
                #expect(outcome.status == 2)
                #expect(outcome.output.contains("nothing listens"))
                #expect(outcome.output.hasSuffix("1 error, 5 skipped\n"))
            }
        }
    }

    @Test func `files are looked at without a cluster`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try workspace.write(try Samples.keycloak(keysAt: try await realm.keysURL), to: "a.yaml")
                let outcome = try await workspace.run("doctor", "-f", file, "--allow-loopback", "-o", "json")
                #expect(outcome.status == 0, "\(outcome)")
                #expect(checks(try JSONValue(parsing: outcome.output), "endpoint-keys").first?["status"] == "ok")
                #expect(try await workspace.run("doctor", "-f", "nowhere.yaml").status == 2)
                #expect(try await workspace.run("doctor", "-f", file, "-n", "a").status == 64)
            }
        }
    }
}

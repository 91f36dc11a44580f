// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import DevIdentityProvider
import FoundationEssentials
import KubeCore
import Subprocess
import TestKit
import Testing
import YAMLSource

@Suite(.needsGrantor, .timeLimit(.minutes(5)))
struct OperatorTests {
    @Test func `a configuration that cannot be used ends with 1 and one line that says what to do`() async throws {
        try await withWorkspace { workspace in
            let broken = try workspace.write("{{{", to: "broken")
            let other = try workspace.write("kind: Pod\napiVersion: v1\n", to: "other")
            let empty = try workspace.write("", to: "empty")
            let cases: [([String], String)] = [
                ([], "cannot find a cluster: no kubeconfig (tried \(workspace.path("kubeconfig")))"),
                (["--kubeconfig", workspace.path("none")], "there is no such file"),
                (["--kubeconfig", workspace.home], "cannot read \(workspace.home): "),
                (["--kubeconfig", broken], "cannot read \(broken): cannot read YAML"),
                (["--kubeconfig", other], "its kind is not Config"),
                (["--kubeconfig", empty], "there is no context in it"),
            ]
            for (options, message) in cases {
                let outcome = try await workspace.grantor(["operator"] + options).run()
                #expect(outcome.status == 1, "\(options): \(outcome)")
                #expect(outcome.output.isEmpty)
                #expect(outcome.errors.hasPrefix("grantor: cannot "))
                #expect(outcome.errors.contains(message), "\(outcome.errors)")
                #expect(outcome.errors.split(separator: "\n").count == 1)
            }
        }
    }

    @Test(arguments: [Subprocess.Signal.terminate, .interrupt])
    func `a cluster that is not there is told in one line, and waited for until a signal`(
        signal: Subprocess.Signal
    ) async throws {
        try await withWorkspace { workspace in
            // A server that has ended leaves a port where nothing listens.
            _ = try await workspace.dev("--no-operator").ended(by: .terminate) {
                _ = try await $0.waitForAnnouncement()
            }
            let ending = try await workspace.grantor(["operator"]).ended(by: signal) { lines in
                try await lines.wait("the complaint") { $0.contains { $0.contains(" warning ") } }
            }
            #expect(ending.status == 0)
            #expect(ending.isPrompt, "\(ending.delay)")
            let warnings = ending.lines.filter { $0.contains(" warning ") }
            #expect(warnings.count == 1)
            #expect(warnings.first?.contains("the API server does not answer: check that it runs") == true)
            #expect(warnings.first?.contains("nothing listens at http://127.0.0.1:") == true)
            #expect(ending.lines.count <= 3, "\(ending.lines)")
        }
    }

    /// Ends an operator that waits for the answer to a write, by two signals.
    private func ended(
        by signal: Subprocess.Signal,
        againAfter pause: Duration,
        whileWriting delay: Duration
    ) async throws -> Command.Ending {
        try await withRealm { realm in
            let sample = try Samples.keycloak(keysAt: try await realm.keysURL)
            let manifests: [JSONValue] =
                CustomResourceDefinitions.all + [
                    CustomResourceDefinitions.appInstance,
                    ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "influxdb"]],
                    try YAMLSource.value(in: Array(sample.utf8)),
                ]
            return try await withCluster(manifests: manifests) { cluster in
                let asked = Gate()
                cluster.server.obey { attempt in
                    guard attempt.resource == "admingrants", attempt.verb == "create" else { return nil }
                    asked.open()
                    try? await Task.sleep(for: delay)
                    return nil
                }
                let command = cluster.command(try Tool.grantor.required(), ["operator", "--allow-loopback"])
                return try await command.ended(by: signal, againAfter: pause) { _ in try await asked.wait() }
            }
        }
    }

    @Test func `a second signal does not wait for the work in progress`() async throws {
        let ending = try await ended(by: .interrupt, againAfter: .seconds(1), whileWriting: .seconds(60))
        #expect(ending.status == 130, "\(ending.lines)")
        #expect(ending.isPrompt, "\(ending.delay)")
        #expect(ending.lines.contains("grantor: ended by a second signal"), "\(ending.lines)")
    }

    /// As `timeout` sends them.
    @Test func `two signals at once are one`() async throws {
        let ending = try await ended(by: .terminate, againAfter: .milliseconds(20), whileWriting: .milliseconds(600))
        #expect(ending.status == 0, "\(ending.lines)")
        #expect(!ending.lines.contains { $0.contains("second signal") }, "\(ending.lines)")
    }

    @Test func `a token that is not accepted is told`() async throws {
        try await withWorkspace { workspace in
            _ = try await workspace.dev("--no-operator", "--tls").ended(by: .terminate) { lines in
                _ = try await lines.waitForAnnouncement()
                let kubeconfig = try workspace.read("kubeconfig")
                let token = try #require(kubeconfig.split(separator: "\n").first { $0.contains("token:") })
                try workspace.write(kubeconfig.replacing(token, with: "    token: wrong"), to: "stranger")
                let ending = try await workspace.grantor(["operator", "--kubeconfig", workspace.path("stranger")])
                    .ended(by: .terminate) { lines in
                        try await lines.wait("the complaint") {
                            $0.contains {
                                $0.contains("the API server does not accept who asks: renew the credentials")
                            }
                        }
                    }
                #expect(ending.status == 0)
            }
        }
    }

    @Test(.needsKubectl)
    func `CRDs that are missing are told, and taken up once they are applied`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let endpoint = try await realm.keysURL
                _ = try await workspace.dev("--no-operator").ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    try await workspace.kubectl("delete", "crd", "--all")
                    let command = try workspace.grantor(["operator", "--allow-loopback"])
                    let ending = try await command.ended(by: .terminate) { lines in
                        try await lines.wait("the complaint") {
                            $0.contains { $0.contains("run grantor crds | kubectl apply -f -") }
                        }
                        let definitions = try await workspace.run("crds", "--with-appinstance")
                        try await workspace.kubectl("apply", "-f", "-", input: definitions.output)
                        try await workspace.kubectl(
                            "wait",
                            "--for=condition=Established",
                            "crd",
                            "--all",
                            "--timeout=20s"
                        )
                        try await grantAndCheck(endpoint, in: workspace)
                    }
                    #expect(ending.status == 0)
                    #expect(ending.isPrompt, "\(ending.delay)")
                }
            }
        }
    }

    @Test(.needsKubectl)
    func `of several kubeconfigs and contexts the one that is named is used, and one namespace looked after`()
        async throws
    {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let endpoint = try await realm.keysURL
                _ = try await workspace.dev("--no-operator").ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    let other = """
                        apiVersion: v1
                        kind: Config
                        current-context: elsewhere
                        contexts: [{name: elsewhere, context: {cluster: elsewhere, user: nobody}}]
                        clusters: [{name: elsewhere, cluster: {server: "https://127.0.0.1:1"}}]
                        users: [{name: nobody, user: {}}]
                        """
                    let files = "\(try workspace.write(other, to: "other")):\(workspace.path("kubeconfig"))"
                    let command = try workspace.grantor(
                        ["operator", "--allow-loopback", "--context", "grantor-dev", "--namespace", "influxdb"],
                        environment: ["KUBECONFIG": files]
                    )
                    let ending = try await command.ended(by: .interrupt) { _ in
                        try await workspace.kubectl("create", "namespace", "elsewhere")
                        let sample = try Samples.keycloak(keysAt: endpoint)
                        try await workspace.kubectl(
                            "apply",
                            "-f",
                            "-",
                            input: sample.replacing("namespace: influxdb", with: "namespace: elsewhere")
                        )
                        try await grantAndCheck(endpoint, in: workspace)
                        #expect(try await workspace.kubectl("get", "aa,ag", "-n", "elsewhere", "-o", "name").isEmpty)
                    }
                    #expect(ending.status == 0)
                    #expect(ending.isPrompt, "\(ending.delay)")
                }
            }
        }
    }

    private func grantAndCheck(_ endpoint: String, in workspace: Workspace) async throws {
        try await workspace.kubectl("create", "namespace", "influxdb")
        try await workspace.kubectl("config", "set-context", "grantor-dev", "--namespace=influxdb")
        try await workspace.kubectl("apply", "-f", "-", input: try Samples.keycloak(keysAt: endpoint))
        try await workspace.waitForAccess("create", seconds: 30)
        try await workspace.waitForAccess(seconds: 30)
        #expect(try await workspace.admins() == ["jennifer@example.com", "marty@example.com"])
    }
}

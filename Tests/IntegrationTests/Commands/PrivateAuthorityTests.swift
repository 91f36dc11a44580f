// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Subprocess
import TestKit
import Testing

/// An identity provider whose certificate only a private authority vouches for, from end to end.
@Suite(.needsGrantor, .needsKubectl, .needsPython, .timeLimit(.minutes(3)))
struct PrivateAuthorityTests {
    /// Runs the identity provider of keys_server.py beside a body, which gets the URL of its keys.
    private func withPrivateProvider(
        in workspace: Workspace,
        _ body: @Sendable (String) async throws -> Void
    ) async throws {
        let command = Command(
            path: try Tool.python.required(),
            arguments: [Tool.script("keys_server.py"), workspace.home],
            environment: Workspace.variables(home: workspace.home)
        )
        try await command.running { lines in
            let told = try await lines.wait("the URL of the keys") { $0.contains { $0.hasPrefix("https://") } }
            try await body(try #require(told.first { $0.hasPrefix("https://") }))
        }
    }

    /// Puts a file into the ConfigMap that the AppInstance names.
    private func trust(_ file: String, in workspace: Workspace, creating: Bool = false) async throws {
        let arguments = ["create", "configmap", "ca", "--from-file=ca.pem=\(workspace.path(file))"]
        if creating {
            try await workspace.succeed(workspace.kubectl(arguments))
        } else {
            let manifest = try await workspace.kubectl(arguments + ["--dry-run=client", "-o", "yaml"]).run()
            try await workspace.kubectl("replace", "-f", "-", input: manifest.output)
        }
    }

    /// Waits until `KeysAvailable` has a reason, and returns its message.
    private func wait(for reason: String, in workspace: Workspace) async throws -> String {
        let format = #"jsonpath={range .status.conditions[?(@.type=="KeysAvailable")]}{.reason}{" "}{.message}{end}"#
        let seen = Journal<String>()
        try await workspace.eventually("KeysAvailable is \(reason)") {
            let found = try await workspace.kubectl(["get", "aa", "influxdb", "-o", format]).run().output
            seen.append(found)
            return found.hasPrefix("\(reason) ")
        }
        return seen.entries.last ?? ""
    }

    private func keySet(in workspace: Workspace) async throws -> JSONValue? {
        try JSONValue(parsing: try await workspace.kubectl("get", "aa", "influxdb", "-o", "json"))["status"]?["keySet"]
    }

    @Test func `a private authority is trusted by its ConfigMap, distrusted by a wrong one, and trusted again`()
        async throws
    {
        try await withWorkspace { workspace in
            try await withPrivateProvider(in: workspace) { endpoint in
                _ = try await workspace.dev().ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    try await workspace.kubectl("create", "namespace", "influxdb")
                    try await workspace.kubectl("config", "set-context", "--current", "--namespace=influxdb")

                    // Nobody vouches for it yet.
                    try await workspace.kubectl("apply", "-f", "-", input: try Samples.keycloak(keysAt: endpoint))
                    try await workspace.waitForAccess("create")
                    let advice = try await wait(for: "TLSFailed", in: workspace)
                    #expect(advice.contains("check egress.customCertificates"), "\(advice)")

                    try await trust("ca.pem", in: workspace, creating: true)
                    let egress = """
                        {"spec":{"package":{"spec":{"egress":{"customCertificates":{"valueFrom":{"configMapKeyRef":\
                        {"name":"ca","key":"ca.pem"}}}}}}}}
                        """
                    try await workspace.kubectl("patch", "appinstance", "influxdb", "--type=merge", "-p", egress)
                    try await workspace.waitForAccess()
                    let good = try #require(try await keySet(in: workspace))
                    #expect(good["keys"]?[0]?["kid"] == "private-1")

                    // Another authority of the same name: nothing is fetched, what was fetched serves on.
                    try await trust("stranger.pem", in: workspace)
                    let message = try await wait(for: "TLSFailed", in: workspace)
                    #expect(message.contains("the last good keys serve"), "\(message)")
                    #expect(try await keySet(in: workspace) == good)
                    let published = try await workspace.kubectl("get", "cm", "influxdb-admin-keys", "-o", "name")
                    #expect(published == "configmap/influxdb-admin-keys\n")
                    #expect(try await workspace.admins().count == 2)

                    try await trust("ca.pem", in: workspace)
                    try await workspace.waitForAccess()
                    #expect(try await keySet(in: workspace) == good)
                }
            }
        }
    }

    @Test func `grantor keys trusts a private authority when told to`() async throws {
        try await withWorkspace { workspace in
            try await withPrivateProvider(in: workspace) { endpoint in
                let trusted = try await workspace.run("keys", endpoint, "--ca-file", workspace.path("ca.pem"))
                #expect(trusted.status == 0, "\(trusted)")
                #expect(trusted.output.contains("private-1"))
                for options in [[], ["--ca-file", workspace.path("stranger.pem")]] {
                    let refused = try await workspace.grantor(["keys", endpoint] + options).run()
                    #expect(refused.status == 2, "\(refused)")
                    #expect(!refused.output.contains("private-1"))
                }
            }
        }
    }
}

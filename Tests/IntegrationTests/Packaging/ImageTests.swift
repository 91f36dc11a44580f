// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import FoundationEssentials
import KubeCore
import Subprocess
import TestKit
import Testing

/// deploy/Dockerfile, carried out without a container engine.
///
/// The program in the tree is the one of this test build, which brings the libraries of the toolchain along; that of a
/// release has none of them.
@Suite(.needsGrantor, .timeLimit(.minutes(3)))
struct ImageTests {
    /// Makes the image's file tree in a folder.
    static func assemble(in folder: String) async throws -> JSONValue {
        let command = Command(
            path: try Tool.python.required(),
            arguments: [
                Tool.repositoryFile("dev/image-tree.py"), "\(folder)/image", "--binary", try Tool.grantor.required(),
            ]
        )
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(outcome)")
        return try JSONValue(parsing: outcome.output)
    }

    @Test(.needsPython) func `the image has a user, labels and no shell`() async throws {
        try await withWorkspace { workspace in
            let config = try await Self.assemble(in: workspace.home)
            #expect(config["user"] == "65532:65532")
            #expect(config["entrypoint"] == ["/usr/bin/grantor"])
            #expect(config["labels"]?["org.opencontainers.image.licenses"] == "Apache-2.0")
            let version = try await workspace.run("--version").output
            let label = try #require(config["labels"]?["org.opencontainers.image.version"]?.string)
            #expect(version == "grantor \(label)\n")
            let programs = try FileManager.default.contentsOfDirectory(atPath: workspace.path("image/root/usr/bin"))
            #expect(programs == ["grantor"])
            #expect(!FileManager.default.fileExists(atPath: workspace.path("image/root/bin")))
            for file in ["etc/ssl/certs/ca-certificates.crt", "etc/passwd", "licenses/LICENSE"] {
                #expect(try !workspace.read("image/root/\(file)").isEmpty)
            }
        }
    }

    @Test(.needsPython, .needsKubectl, .needsNamespaces)
    func `with nothing but the image's files the operator grants, by a service account over TLS`() async throws {
        try await withWorkspace { workspace in
            _ = try await Self.assemble(in: workspace.home)
            try await withRealm { realm in
                let sample = try Samples.keycloak(keysAt: try await realm.keysURL)
                _ = try await workspace.dev("--no-operator", "--tls").ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    let address = try await Self.writeServiceAccount(workspace)
                    let command = Command(
                        path: Tool.repositoryFile("dev/image-run.sh"),
                        arguments: [workspace.path("image/root"), workspace.path("account"), "operator"]
                            + ["--allow-loopback"],
                        environment: Workspace.variables(home: "/").merging([
                            "KUBERNETES_SERVICE_HOST": address.host, "KUBERNETES_SERVICE_PORT": address.port,
                            "KUBECONFIG": nil,
                        ]) { _, new in new }
                    )
                    _ = try await command.ended(by: .terminate) { lines in
                        try await workspace.kubectl("create", "namespace", "influxdb")
                        try await workspace.kubectl("apply", "-f", "-", input: sample)
                        try await workspace.waitForAccess(namespace: "influxdb", seconds: 30)
                        #expect(lines.entries.contains { $0.contains("the service account of this pod") } == false)
                    }
                    let admins = try await workspace.kubectl("get", "admingrants", "-n", "influxdb", "-o", "name")
                    #expect(admins.split(separator: "\n").count == 2)
                }
            }
        }
    }

    /// Writes what a pod finds in the folder of its service account, from the kubeconfig.
    private static func writeServiceAccount(_ workspace: Workspace) async throws -> (host: String, port: String) {
        func value(_ path: String) async throws -> String {
            try await workspace.kubectl("config", "view", "--raw", "-o", "jsonpath={\(path)}")
        }
        try FileManager.default.createDirectory(atPath: workspace.path("account"), withIntermediateDirectories: true)
        try workspace.write(try await value(".users[0].user.token"), to: "account/token")
        let authority = try await value(".clusters[0].cluster.certificate-authority-data")
        let pem = try #require(Data(base64Encoded: authority))
        try workspace.write(String(decoding: pem, as: UTF8.self), to: "account/ca.crt")
        try workspace.write("grantor", to: "account/namespace")
        let server = try await value(".clusters[0].cluster.server")
        let parts = try #require(server.firstMatch(of: /https:\/\/([^:]+):([0-9]+)/)?.output)
        return (String(parts.1), String(parts.2))
    }
}

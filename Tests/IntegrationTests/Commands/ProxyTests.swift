// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import FoundationEssentials
import KubeCore
import TestKit
import Testing

/// The program behind a proxy that is another program's: names that only the proxy knows, and a password.
@Suite(.needsGrantor, .needsPython, .timeLimit(.minutes(2)))
struct ProxyTests {
    private static let password = "open-sesame"

    /// Runs connect_proxy.py, which takes each name for a port of this machine.
    private func withProxy(
        in workspace: Workspace,
        _ places: [String: String],
        _ body: @Sendable (String, Journal<String>) async throws -> Void
    ) async throws {
        let command = Command(
            path: try Tool.python.required(),
            arguments: [Tool.script("connect_proxy.py"), "me:\(Self.password)"]
                + places.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
            environment: Workspace.variables(home: workspace.home)
        )
        try await command.running { lines in
            let told = try await lines.wait("the proxy's port") { $0.contains { $0.hasPrefix("port ") } }
            let port = try #require(told.first { $0.hasPrefix("port ") }).dropFirst(5)
            try await body("http://me:\(Self.password)@127.0.0.1:\(port)", lines)
        }
    }

    private static func port(of url: String) throws -> String {
        String(try #require(url.firstMatch(of: /127\.0\.0\.1:(\d+)/)).output.1)
    }

    @Test func `API server and keys are reached by a proxy, each only when told`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let keys = try await realm.keysURL
                let path = String(keys.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" })
                var instance = InstalledCluster.appInstance(paused: false)
                instance["spec"]?["package"]?["spec"]?["admin"]?["jwksEndpoint"] = .string("http://idp.auth.svc\(path)")
                try await withCluster(manifests: [InstalledCluster.objects[0], InstalledCluster.objects[1], instance]) {
                    cluster in
                    let server = try String(
                        decoding: Data(contentsOf: URL(filePath: "\(cluster.home)/kubeconfig")),
                        as: UTF8.self
                    )
                    let address = try Self.port(of: server)
                    try workspace.write(
                        server.replacing("127.0.0.1:\(address)", with: "api.cluster.test:6443"),
                        to: "kubeconfig"
                    )
                    let places = ["api.cluster.test:6443": address, "idp.auth.svc:80": try Self.port(of: keys)]
                    try await withProxy(in: workspace, places) { url, lines in
                        let environment: [String: String?] = ["HTTP_PROXY": url, "NO_PROXY": nil]
                        func doctor(_ more: String...) async throws -> (JSONValue, String) {
                            let arguments = ["doctor", "--no-leader-elect", "-o", "json"] + more
                            let outcome = try await workspace.grantor(arguments, environment: environment).run()
                            return (try JSONValue(parsing: outcome.output), outcome.output + outcome.errors)
                        }
                        func keysStatus(_ report: JSONValue) -> JSONValue? {
                            report["checks"]?.array?.first { $0["check"] == "endpoint-keys" }?["status"]
                        }
                        let (direct, first) = try await doctor()
                        #expect(direct["checks"]?[0]?["status"] == "ok", "\(first)")
                        #expect(keysStatus(direct) == "error")
                        let asked = lines.entries
                        #expect(asked.contains("CONNECT api.cluster.test:6443"))
                        #expect(!asked.contains { $0.contains("idp.auth.svc") })

                        let (told, second) = try await doctor("--key-proxy", "environment")
                        #expect(keysStatus(told) == "ok", "\(second)")
                        #expect(lines.entries.contains("CONNECT idp.auth.svc:80"))
                        #expect(!(first + second).contains(Self.password))
                        #expect(!lines.entries.contains { $0.hasPrefix("REFUSED") })
                    }
                }
            }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import TestKit
import Testing

/// `grantor login` against a provider that others wrote: Glewlwyd, as Debian packages it.
@Suite(.needsGlewlwyd, .needsGrantor, .needsPython, .timeLimit(.minutes(3)))
struct GlewlwydTests {
    /// Runs Glewlwyd with one user and one public client.
    private func withGlewlwyd<Result: Sendable>(
        _ workspace: Workspace,
        _ algorithm: String,
        _ body: @escaping @Sendable (_ base: String) async throws -> Result
    ) async throws -> Result {
        let server = Command(
            path: try Tool.python.required(),
            arguments: [Tool.script("glewlwyd.py"), "serve", workspace.home, algorithm],
            environment: Workspace.variables(home: workspace.home)
        )
        return try await server.running { lines in
            let told = try await lines.wait("Glewlwyd", within: .seconds(60)) { $0.contains { $0.hasPrefix("ready ") } }
            let line = try #require(told.first { $0.hasPrefix("ready ") })
            return try await body(String(line.dropFirst("ready ".count)))
        }
    }

    private func approve(_ workspace: Workspace, _ base: String, _ code: String) async throws {
        let command = Command(
            path: try Tool.python.required(),
            arguments: [Tool.script("glewlwyd.py"), "approve", base, code],
            environment: Workspace.variables(home: workspace.home)
        )
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(outcome)")
    }

    @Test(arguments: ["RS256", "PS256", "ES256", "EdDSA"])
    func `a first login tells the id, and with that id listed the next one is allowed`(algorithm: String) async throws {
        try await withWorkspace { workspace in
            try await withGlewlwyd(workspace, algorithm) { base in
                let issuer = "\(base)/api/oidc"
                let instance = { (ids: [(String, String?)]) in
                    LoginSample.appInstance("glewlwyd", keysAt: "\(issuer)/jwks", ids: ids)
                }
                // The audience of Glewlwyd's access tokens is the list of their scopes.
                let file = try workspace.write(instance([("somebody-else", nil)]), to: "instance.yaml")
                let arguments = [
                    "-f", file, "--client-id", "influxctl", "--issuer", issuer, "--scope", "openid", "--audience",
                    "openid",
                ]
                let first = try await workspace.login(arguments) { try await approve(workspace, base, $0) }
                #expect(first.status == 1, "\(first.lines)")
                #expect(first.lines.contains("  ok    Algorithm  \(algorithm)"))
                #expect(first.lines.contains("DENIED     no administrative access: UserNotListed"))
                let found = try #require(first.lines.first { $0.hasPrefix("  ok    UserID     sub = ") })
                let id = String(found.dropFirst("  ok    UserID     sub = ".count))

                try workspace.write(instance([("somebody-else", nil), (id, nil)]), to: "instance.yaml")
                let second = try await workspace.login(arguments) { try await approve(workspace, base, $0) }
                #expect(second.status == 0, "\(second.lines)")
                #expect(second.lines.contains("  ok    Listed     users[1]"))
                #expect(second.lines.contains { $0.hasPrefix("ALLOWED") })
            }
        }
    }
}

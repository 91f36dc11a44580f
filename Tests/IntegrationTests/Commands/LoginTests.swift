// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore
import Subprocess
import TestKit
import Testing

/// `grantor login` against the development identity provider: every answer of RFC 8628, and every ending.
@Suite(.needsGrantor, .timeLimit(.minutes(3)))
struct LoginTests {
    private func file(_ workspace: Workspace, _ realm: Realm, provider: String = "keycloak") async throws -> String {
        let text = LoginSample.appInstance(provider, keysAt: try await realm.keysURL)
        return try workspace.write(text, to: "instance.yaml")
    }

    @Test func `whoever is listed in group Admin is allowed, with every check in its order`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                let result = try await workspace.login(["-f", file, "--client-id", "influxctl"]) { code in
                    try realm.approveDevice(userCode: code, as: DeviceApproval(userID: LoginSample.admin))
                }
                #expect(result.status == 0)
                let checks = result.lines.filter { $0.hasPrefix("  ok") }.map { $0.split(separator: " ")[1] }
                #expect(
                    checks == [
                        "Form", "Algorithm", "Key", "Signature", "Claims", "Issuer", "Audience", "Lifetime", "UserID",
                        "Listed",
                        "Group",
                    ]
                )
                #expect(result.lines.contains("Judged:    the access token"))
                #expect(result.lines.contains { $0.hasPrefix("ALLOWED") })
                #expect(!result.lines.contains { $0.contains("eyJ") }, "no token is shown")
            }
        }
    }

    @Test func `an auditor and somebody who is not listed are denied, and told why`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                for (id, reason) in [(LoginSample.auditor, "NotInGroupAdmin"), ("nobody", "UserNotListed")] {
                    let result = try await workspace.login(["-f", file, "--client-id", "influxctl"]) { code in
                        try realm.approveDevice(userCode: code, as: DeviceApproval(userID: id))
                    }
                    #expect(result.status == 1)
                    #expect(result.lines.contains("DENIED     no administrative access: \(reason)"))
                    #expect(result.lines.contains("  ok    UserID     sub = \(id)"))
                }
            }
        }
    }

    @Test func `pending and slow_down are waited out`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                let clock = ContinuousClock()
                let start = clock.now
                let result = try await workspace.login(["-f", file, "--client-id", "influxctl"]) { code in
                    try realm.slowDownDevice(userCode: code)
                    try realm.approveDevice(userCode: code, as: DeviceApproval(userID: LoginSample.admin))
                }
                #expect(result.status == 0)
                #expect(realm.counts.token == 2)
                #expect(clock.now - start > .seconds(6), "slow_down adds five seconds")
            }
        }
    }

    @Test func `a denial says so and ends with 2`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                let result = try await workspace.login(["-f", file, "--client-id", "influxctl"]) { code in
                    try realm.denyDevice(userCode: code)
                }
                #expect(result.status == 2)
                #expect(result.lines.contains("grantor: cannot log in: access was denied"))
            }
        }
    }

    @Test func `an expired code says so, whoever notices first`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                let result = try await workspace.login(["-f", file, "--client-id", "influxctl"]) { code in
                    try realm.expireDevice(userCode: code)
                }
                #expect(result.status == 2)
                #expect(result.lines.contains("grantor: cannot log in: the code has expired"))
            }
            try await withRealm(device: DeviceHabits(lifetime: .seconds(2))) { realm, _ in
                let file = try await file(workspace, realm)
                let result = try await workspace.login(["-f", file, "--client-id", "influxctl"]) { _ in }
                #expect(result.status == 2)
                #expect(result.lines.contains { $0.hasPrefix("grantor: cannot log in: ") })
            }
        }
    }

    @Test func `a client that is not allowed is told so before any code is shown`() async throws {
        try await withWorkspace { workspace in
            try await withRealm(device: DeviceHabits(clients: ["other"])) { realm, _ in
                let file = try await file(workspace, realm)
                let outcome = try await workspace.run("login", "-f", file, "--client-id", "influxctl")
                #expect(outcome.status == 2)
                #expect(outcome.errors.contains("the provider refuses with invalid_client"))
                #expect(outcome.output.isEmpty)
            }
        }
    }

    @Test func `a provider that stumbles is asked again`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                let result = try await workspace.login(["-f", file, "--client-id", "influxctl"]) { code in
                    realm.misbehave(.status(503), on: .token, times: 1)
                    try realm.approveDevice(userCode: code, as: DeviceApproval(userID: LoginSample.admin))
                }
                #expect(result.status == 0)
                #expect(realm.counts.token == 2)
            }
        }
    }

    @Test func `Ctrl-C ends it at once with 130, without a verdict`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                let command = try workspace.grantor(["login", "-f", file, "--client-id", "influxctl"])
                let ending = try await command.ended(by: .interrupt) { _ = try await $0.waitForUserCode() }
                #expect(ending.status == 130)
                #expect(ending.isPrompt)
                #expect(ending.lines.last == "grantor: cancelled")
                #expect(!ending.lines.contains { $0.hasPrefix("Judged") })
            }
        }
    }

    @Test func `an opaque access token leaves the ID token to judge`() async throws {
        try await withWorkspace { workspace in
            try await withRealm(.auth0) { realm in
                let text = LoginSample.appInstance(
                    "auth0",
                    keysAt: try await realm.keysURL,
                    ids: [("auth0|64f0c1", nil)]
                )
                let file = try workspace.write(text, to: "auth0.yaml")
                let issuer = try await realm.issuer
                let result = try await workspace.login(["-f", file, "--client-id", "native", "--issuer", issuer]) {
                    code in
                    try realm.approveDevice(userCode: code, as: DeviceApproval(userID: "auth0|64f0c1"))
                }
                #expect(result.status == 0)
                #expect(result.lines.contains("Judged:    the ID token (the access token is not a JWT)"))
                let arguments = [
                    "-f", file, "--client-id", "native", "--issuer", issuer, "--audience", "https://db.example.com",
                ]
                let second = try await workspace.login(arguments) { code in
                    try realm.approveDevice(userCode: code, as: DeviceApproval(userID: "auth0|64f0c1"))
                }
                #expect(second.status == 0)
                #expect(second.lines.contains("Judged:    the access token"))
            }
        }
    }

    @Test func `at Entra the claim oid counts, and sub does not`() async throws {
        try await withWorkspace { workspace in
            try await withRealm(.entra) { realm in
                let text = LoginSample.appInstance("azure", keysAt: try await realm.keysURL)
                let file = try workspace.write(text, to: "azure.yaml")
                let arguments = [
                    "-f", file, "--client-id", "app", "--issuer", try await realm.issuer, "--scope", "app/.default",
                    "--scope",
                    "openid",
                ]
                let result = try await workspace.login(arguments) { code in
                    try realm.approveDevice(userCode: code, as: DeviceApproval(userID: LoginSample.admin))
                }
                #expect(result.status == 0)
                #expect(result.lines.contains("  ok    UserID     oid = \(LoginSample.admin)"))
                let wrong = try await workspace.login(arguments + ["--user-id-claim", "sub"]) { code in
                    try realm.approveDevice(userCode: code, as: DeviceApproval(userID: LoginSample.admin))
                }
                #expect(wrong.status == 1)
                #expect(wrong.lines.contains("DENIED     no administrative access: UserNotListed"))
            }
        }
    }

    @Test func `a realm that hides its endpoint is tried at the provider's usual address`() async throws {
        try await withWorkspace { workspace in
            try await withRealm(device: DeviceHabits(isDiscoverable: false)) { realm, _ in
                let file = try await file(workspace, realm)
                let result = try await workspace.login(["-f", file, "--client-id", "influxctl"]) { code in
                    try realm.approveDevice(userCode: code, as: DeviceApproval(userID: LoginSample.admin))
                }
                #expect(result.status == 0)
                let strict = try await workspace.run("login", "-f", file, "--client-id", "influxctl", "--discover")
                #expect(strict.status == 2)
                #expect(strict.errors.contains("has no device authorization endpoint"))
            }
        }
    }

    @Test func `a CA bundle in the same file is what the provider's certificate is checked with`() async throws {
        try await withWorkspace { workspace in
            try await withRealm(device: DeviceHabits(), tls: true) { realm, pem in
                let plain = LoginSample.appInstance("keycloak", keysAt: try await realm.keysURL)
                let bare = try workspace.write(plain, to: "bare.yaml")
                let untrusted = try await workspace.run("login", "-f", bare, "--client-id", "influxctl")
                #expect(untrusted.status == 2)
                #expect(untrusted.errors.contains("the TLS handshake failed"))
                let certificate = try #require(pem).split(separator: "\n").map { "    \($0)\n" }.joined()
                let egress = "{customCertificates: {valueFrom: {configMapKeyRef: {name: tls, key: ca.pem}}}}"
                let map =
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tls, namespace: influxdb}\ndata:\n  ca.pem: |\n"
                let text = plain + "      egress: \(egress)\n---\n" + map + certificate
                let file = try workspace.write(text, to: "instance.yaml")
                let result = try await workspace.login(["-f", file, "--client-id", "influxctl"]) { code in
                    try realm.approveDevice(userCode: code, as: DeviceApproval(userID: LoginSample.admin))
                }
                #expect(result.status == 0, "\(result.lines)")
            }
        }
    }

    // MARK: - Without a login

    @Test func `a token at hand is judged from a file and from standard input`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                let token = try await realm.mint(TokenTemplate(userID: LoginSample.admin, audiences: ["influxctl"]))
                let path = try workspace.write(token + "\n", to: "token")
                let fromFile = try await workspace.run("login", "-f", file, "--audience", "influxctl", "--token", path)
                #expect(fromFile.status == 0)
                #expect(fromFile.output.contains("Judged:    the token given\n"))
                let input = try await workspace.run(
                    "login",
                    "-f",
                    file,
                    "--audience",
                    "x",
                    "--audience",
                    "influxctl",
                    "--token",
                    "-",
                    "-o",
                    "json",
                    input: token
                )
                #expect(input.status == 0)
                let verdict = try JSONValue(parsing: input.output)
                #expect(verdict["decision"] == "Allow")
                #expect(verdict["reason"] == .null)
                #expect(verdict["judged"] == "given")
                #expect(verdict["expected"]?["audienceSource"] == "Declared")
                #expect(verdict["found"]?["userID"]?.string == LoginSample.admin)
                #expect(verdict["checks"]?.array?.count == 11)
                #expect(verdict["token"] == nil)
            }
        }
    }

    @Test func `the token is printed only when it is asked for`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                let token = try await realm.mint(TokenTemplate(userID: LoginSample.admin, audiences: ["influxctl"]))
                let path = try workspace.write(token, to: "token")
                let arguments = ["login", "-f", file, "--client-id", "influxctl", "--token", path]
                #expect(try await !workspace.grantor(arguments).run().output.contains(token))
                #expect(try await workspace.grantor(arguments + ["--print-token"]).run().output.contains(token))
            }
        }
    }

    @Test func `every fault of a token is told by its reason`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                var cases: [(String, String)] = []
                let good = TokenTemplate(userID: LoginSample.admin, audiences: ["influxctl"])
                for (claims, reason) in [
                    (["iss": "https://evil.example.com"], "IssuerMismatch"), (["aud": "account"], "AudienceMismatch"),
                    (["exp": 5], "Expired"), (["sub": .null], "UserIDMissing"), (["exp": .null], "ExpiryMissing"),
                ] as [(JSONObject, String)] {
                    var template = good
                    template.claims = claims
                    cases.append((try await realm.mint(template), reason))
                }
                var unknown = good
                unknown.header = ["kid": "nope"]
                cases.append((try await realm.mint(unknown), "KeyUnknown"))
                cases.append(("not a token", "NotCompact"))
                cases.append((String(repeating: "a", count: 9_000), "TokenTooLarge"))
                for (token, reason) in cases {
                    let outcome = try await workspace.run(
                        "login",
                        "-f",
                        file,
                        "--client-id",
                        "influxctl",
                        "--token",
                        "-",
                        "-o",
                        "json",
                        input: token
                    )
                    #expect(outcome.status == 1)
                    let verdict = try JSONValue(parsing: outcome.output)
                    #expect(verdict["decision"] == "Deny")
                    #expect(verdict["reason"]?.string == reason)
                }
            }
        }
    }

    @Test func `control characters of a token do not reach the terminal`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try await file(workspace, realm)
                let template = TokenTemplate(
                    userID: "\u{1B}[2Jx\u{202E}",
                    audiences: ["influxctl"],
                    claims: ["iss": "\u{1B}]0;x\u{7}"]
                )
                let outcome = try await workspace.run(
                    "login",
                    "-f",
                    file,
                    "--client-id",
                    "influxctl",
                    "--token",
                    "-",
                    input: try await realm.mint(template)
                )
                #expect(outcome.status == 1)
                #expect(!outcome.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value > 0x7E })
            }
        }
    }

    @Test func `what cannot be tried ends with 2`() async throws {
        try await withWorkspace { workspace in
            let gone = LoginSample.appInstance(
                "keycloak",
                keysAt: "http://127.0.0.1:1/realms/r/protocol/openid-connect/certs"
            )
            let invalid = LoginSample.appInstance("Azure", keysAt: "https://idp.example.com/keys")
            let cases = [
                (gone, "no connection could be made"), (invalid, "the admin block has errors"),
                ("a: 1\n", "has no admin block"),
                ("kind: [\n", "cannot read"),
            ]
            for (text, expected) in cases {
                let file = try workspace.write(text, to: "instance.yaml")
                let outcome = try await workspace.run("login", "-f", file, "--client-id", "influxctl")
                #expect(outcome.status == 2)
                #expect(outcome.errors.contains(expected), "\(outcome)")
            }
            let missing = try await workspace.run("login", "-f", workspace.path("none.yaml"), "--client-id", "c")
            #expect(missing.status == 2)
        }
    }
}

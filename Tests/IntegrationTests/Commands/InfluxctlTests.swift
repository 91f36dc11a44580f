// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import FoundationEssentials
import KubeCore
import Testing

@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct InfluxctlTests {
    private static let instance = """
        apiVersion: kubecfg.dev/v1alpha1
        kind: AppInstance
        metadata: {name: influxdb, namespace: influxdb}
        spec:
          package:
            apiVersion: influxdata.com/v1alpha1
            image: registry/influxdb:20260421
            spec:
              admin:
                identityProvider: PROVIDER
                jwksEndpoint: ENDPOINT
                users: []
              ingress:
                hosts: [influxdb.example.com]

        """

    private static func instance(_ provider: String, _ endpoint: String) -> String {
        instance.replacing("PROVIDER", with: provider).replacing("ENDPOINT", with: endpoint)
    }

    private static let keycloak = "https://keycloak.example.com/realms/influxdb/protocol/openid-connect/certs"

    /// What Python's reader, another than the writer's, makes of a text.
    private static func toml(_ text: String) async throws -> JSONValue {
        let script = "import json, sys, tomllib; json.dump(tomllib.load(sys.stdin.buffer), sys.stdout)"
        let command = Command(path: try Tool.python.required(), arguments: ["-c", script], input: text)
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(outcome)")
        return try JSONValue(parsing: outcome.output)
    }

    @Test(
        .needsPython,
        arguments: [
            (
                "keycloak", keycloak,
                [
                    "client_id": "it's \"me\"",
                    "token_url": "https://keycloak.example.com/realms/influxdb/protocol/openid-connect/token",
                    "device_url": "https://keycloak.example.com/realms/influxdb/protocol/openid-connect/auth/device",
                ] as JSONValue
            ),
            (
                "azure", "https://login.microsoftonline.com/t-1/discovery/v2.0/keys",
                [
                    "client_id": "it's \"me\"", "scopes": ["it's \"me\"/.default"],
                    "parameters": ["audience": "https://a b"],
                    "token_url": "https://login.microsoftonline.com/t-1/oauth2/v2.0/token",
                    "device_url": "https://login.microsoftonline.com/t-1/oauth2/v2.0/devicecode",
                ] as JSONValue
            ),
        ]
    )
    func `the profile is TOML with what influxctl knows and nothing else`(
        provider: String,
        endpoint: String,
        login: JSONValue
    ) async throws {
        try await withWorkspace { workspace in
            let file = try workspace.write(Self.instance(provider, endpoint), to: "a.yaml")
            var options = ["render", "influxctl", "-f", file, "--client-id", "it's \"me\"", "--offline"]
            if login["parameters"] != nil { options += ["--audience", "https://a b"] }
            let outcome = try await workspace.grantor(options).run()
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.errors.isEmpty)
            let profile: JSONValue = [
                "name": "default", "product": "clustered", "host": "influxdb.example.com", "port": "443",
                "auth": ["oauth2": login],
            ]
            #expect(try await Self.toml(outcome.output) == ["profile": .array([profile])])
        }
    }

    @Test(.needsPython) func `a file keeps all that is not the profile, and a second time is not written`() async throws
    {
        try await withWorkspace { workspace in
            let file = try workspace.write(Self.instance("keycloak", Self.keycloak), to: "a.yaml")
            let before = """
                # My clusters.
                [[profile]]  # the lab
                name = "lab"
                host = 'lab.example.com'

                [[profile]]
                    name = "default"  # the real one
                    host = "old.example.com" # moved
                    database = "mine"

                """
            let config = try workspace.write(before, to: "config.toml")
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: config)
            let options = [
                "render", "influxctl", "-f", file, "--client-id", "influxctl", "--offline", "--merge", config,
            ]
            let shown = try await workspace.grantor(options).run()
            #expect(try workspace.read("config.toml") == before)
            let written = try await workspace.grantor(options + ["--in-place"]).run()
            #expect(written.status == 0 && written.output.isEmpty, "\(written)")
            let after = try workspace.read("config.toml")
            #expect(after == shown.output)
            let place = try #require(before.firstRange(of: "    host = \"old")).lowerBound
            #expect(after.hasPrefix(before[..<place]))
            #expect(after.contains("    host = \"influxdb.example.com\" # moved\n    database = \"mine\"\n"))
            let profiles = try await Self.toml(after)["profile"]
            #expect(profiles?[0] == ["name": "lab", "host": "lab.example.com"])
            #expect(profiles?[1]?["database"] == "mine")
            let attributes = try FileManager.default.attributesOfItem(atPath: config)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
            let stamp = attributes[.modificationDate] as? Date
            _ = try await workspace.grantor(options + ["--in-place"]).run()
            #expect(try workspace.read("config.toml") == after)
            #expect(try FileManager.default.attributesOfItem(atPath: config)[.modificationDate] as? Date == stamp)
        }
    }

    @Test func `a new file is readable by its owner alone, a secret comes from standard input`() async throws {
        try await withWorkspace { workspace in
            let file = try workspace.write(Self.instance("keycloak", Self.keycloak), to: "a.yaml")
            let options = ["render", "influxctl", "-f", file, "--client-id", "x", "--offline"]
            let merge = ["--merge", workspace.path("new.toml"), "--in-place", "--legacy-client-secret", "-"]
            let outcome = try await workspace.grantor(options + merge, input: "s3cret\n").run()
            #expect(outcome.status == 0, "\(outcome)")
            #expect(!outcome.errors.contains("s3cret") && outcome.output.isEmpty)
            #expect(outcome.errors.contains("auth.oauth2.client_secret is a key that influxctl refuses"))
            #expect(try workspace.read("new.toml").contains("    client_secret = \"s3cret\"\n"))
            let attributes = try FileManager.default.attributesOfItem(atPath: workspace.path("new.toml"))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let empty = try await workspace.grantor(options + ["--legacy-client-secret", "-"], input: "\n").run()
            #expect(empty.status == 1)
        }
    }

    @Test func `the discovery document counts when it answers, and must when asked`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let file = try workspace.write(Self.instance("keycloak", try await realm.keysURL), to: "a.yaml")
                let options = ["render", "influxctl", "-f", file, "--client-id", "x"]
                let asked = realm.counts.discovery
                let found = try await workspace.grantor(options + ["--discover"]).run()
                #expect(found.status == 0, "\(found)")
                #expect(realm.counts.discovery == asked + 1)
                realm.misbehave(.status(503), on: .discovery)
                let fallen = try await workspace.grantor(options).run()
                #expect(fallen.status == 0, "\(fallen)")
                #expect(fallen.errors.contains("note: cannot fetch the discovery document"))
                #expect(fallen.output.contains("/protocol/openid-connect/token\""))
                let insisted = try await workspace.grantor(options + ["--discover"]).run()
                #expect(insisted.status == 2)
                #expect(insisted.output.isEmpty)
                #expect(insisted.errors.hasPrefix("grantor: cannot fetch the discovery document"))
                let offline = try await workspace.grantor(options + ["--offline"]).run()
                #expect(offline.status == 0)
                #expect(offline.errors.isEmpty)
            }
        }
    }

    @Test func `a Keycloak whose realms stand elsewhere is found, and that is said`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let wrong = try await realm.keysURL.replacing("/realms/", with: "/auth/realms/")
                let file = try workspace.write(Self.instance("keycloak", wrong), to: "a.yaml")
                let outcome = try await workspace.run(
                    "render",
                    "influxctl",
                    "-f",
                    file,
                    "--client-id",
                    "x",
                    "--discover"
                )
                #expect(outcome.status == 0, "\(outcome)")
                #expect(outcome.errors.contains("note: the provider has no realm at http"))
                #expect(outcome.errors.contains("jwksEndpoint has /auth before /realms and device_url has not"))
                #expect(
                    outcome.output.contains("token_url = \"\(try await realm.issuer)/protocol/openid-connect/token\"")
                )
            }
        }
    }

    @Test(
        arguments: [
            ([], "apiVersion: v1\nkind: Pod\n", 2), (["--host", "https://x"], nil, 1), (["--port", "x"], nil, 1),
            (["--merge", "BROKEN"], nil, 1), (["--ca-file", "/nonexistent", "--discover"], nil, 2),
            (["-f", "/nonexistent"], nil, 2),
        ] as [([String], String?, Int)]
    )
    func `what cannot be used is one line`(options: [String], text: String?, status: Int) async throws {
        try await withWorkspace { workspace in
            let file = try workspace.write(text ?? Self.instance("keycloak", Self.keycloak), to: "a.yaml")
            let broken = try workspace.write("[[profile]\nsecret = \"s3cret\"\n", to: "config.toml")
            let options = options.map { $0 == "BROKEN" ? broken : $0 }
            let network = options.contains("--discover") ? [] : ["--offline"]
            let outcome =
                try await workspace
                .grantor(["render", "influxctl", "-f", file, "--client-id", "x"] + network + options).run()
            #expect(outcome.status == status, "\(outcome)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix("grantor: "))
            #expect(outcome.errors.split(separator: "\n").count == 1)
            #expect(!outcome.errors.contains("s3cret"))
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing
import YAMLSource

/// `grantor users`, run as a person would.
@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct UsersTests {
    private static let values = """
        # values of the cluster
        admin:
          identityProvider: auth0
          jwksEndpoint: https://acme.eu.auth0.com/.well-known/jwks.json
          users:
            - id: "auth0|1"   # the founder
              firstName: Ada
              lastName: Lovelace
              email: ada@example.com
        pause: false

        """

    private static let grace = [
        "--id", "auth0|2", "--first-name", "Grace", "--last-name", "Hopper", "--email", "g@example.com",
    ]

    private func run(
        _ workspace: Workspace,
        _ arguments: [String],
        input: String = ""
    ) async throws -> Command.Outcome {
        try await workspace.grantor(["users"] + arguments, input: input).run()
    }

    private func ids(_ text: String) throws -> [String] {
        let users = try YAMLSource.value(in: Array(text.utf8))["admin"]?["users"]?.array ?? []
        return users.compactMap { $0["id"]?.string }
    }

    // MARK: - What the commands do

    @Test func `a user is added, once`() async throws {
        try await withWorkspace { workspace in
            let path = try workspace.write(Self.values, to: "v.yaml")
            let first = try await run(workspace, ["add", path] + Self.grace)
            #expect(first.status == 0, "\(first)")
            #expect(first.output.isEmpty)
            let expected = Self.values.replacing(
                "      email: ada@example.com\n",
                with: """
                          email: ada@example.com
                        - id: "auth0|2"
                          firstName: Grace
                          lastName: Hopper
                          email: g@example.com

                    """
            )
            #expect(try workspace.read("v.yaml") == expected)
            let second = try await run(workspace, ["add", path] + Self.grace)
            #expect(second.status == 0)
            #expect(second.errors.contains("kept: auth0|2") && second.errors.contains("is as it was"))
            let other = try await run(workspace, ["add", path] + Self.grace.dropLast() + ["other@example.com"])
            #expect(other.status == 1)
            #expect(try workspace.read("v.yaml") == expected)
        }
    }

    @Test func `a dry run shows a difference that patch would take, and writes nothing`() async throws {
        try await withWorkspace { workspace in
            let path = try workspace.write(Self.values, to: "v.yaml")
            let outcome = try await run(workspace, ["add", path, "--dry-run"] + Self.grace)
            #expect(outcome.status == 0)
            #expect(outcome.output.hasPrefix("--- \(path)\n+++ \(path)\n@@ -7,4 +7,8 @@\n"))
            #expect(outcome.output.contains("\n+    - id: \"auth0|2\"\n"))
            #expect(try workspace.read("v.yaml") == Self.values)
        }
    }

    @Test func `standard input is edited to standard output`() async throws {
        try await withWorkspace { workspace in
            let outcome = try await run(workspace, ["add", "-"] + Self.grace, input: Self.values)
            #expect(outcome.status == 0)
            #expect(try ids(outcome.output) == ["auth0|1", "auth0|2"])
            let same = try await run(workspace, ["remove", "-", "--id", "nobody"], input: Self.values)
            #expect(same.output == Self.values)
        }
    }

    @Test func `fields are set and the rest of the entry stays`() async throws {
        try await withWorkspace { workspace in
            let path = try workspace.write(Self.values, to: "v.yaml")
            let outcome = try await run(workspace, ["set", path, "--id", "auth0|1", "--email", "0123"])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(try workspace.read("v.yaml") == Self.values.replacing("ada@example.com", with: "\"0123\""))
            #expect(try await run(workspace, ["set", path, "--id", "x", "--email", "y"]).status == 1)
        }
    }

    @Test func `the last admin stays unless it is forced`() async throws {
        try await withWorkspace { workspace in
            let path = try workspace.write(Self.values, to: "v.yaml")
            for change in [
                ["remove", path, "--id", "auth0|1"], ["set", path, "--id", "auth0|1", "--group", "Member"],
            ] {
                let refused = try await run(workspace, change)
                #expect(refused.status == 1)
                #expect(refused.errors.contains("nobody would be left in group Admin"))
                #expect(try workspace.read("v.yaml") == Self.values)
            }
            let forced = try await run(workspace, ["remove", path, "--id", "auth0|1", "--force"])
            #expect(forced.status == 0, "\(forced)")
            #expect(forced.errors.contains("note: a comment goes"))
            #expect(try ids(try workspace.read("v.yaml")).isEmpty)
        }
    }

    @Test func `what breaks a rule is not written, what was broken before is no hindrance`() async throws {
        try await withWorkspace { workspace in
            let broken = Self.values.replacing("https://acme.eu.auth0.com", with: "https://AUTH0_HOST")
            let path = try workspace.write(broken, to: "v.yaml")
            let refused = try await run(workspace, ["add", path] + Self.grace + ["--group", "Root"])
            #expect(refused.status == 1)
            #expect(refused.errors.contains("admin.users[1].userGroups[0]: Unsupported value"))
            #expect(try workspace.read("v.yaml") == broken)
            let done = try await run(workspace, ["add", path] + Self.grace)
            #expect(done.status == 0)
            #expect(done.errors.contains("note: not in order before either: admin.jwksEndpoint"))
            #expect(try ids(try workspace.read("v.yaml")).count == 2)
        }
    }

    @Test func `users are listed for people and for programs`() async throws {
        try await withWorkspace { workspace in
            let path = try workspace.write(Self.values, to: "v.yaml")
            let table = try await run(workspace, ["list", path])
            #expect(table.output.contains("auth0|1   Ada Lovelace   ada@example.com   Admin\n"))
            let json = try await run(workspace, ["list", path, "-o", "json"])
            let users = try JSONValue(parsing: json.output)
            #expect(users.array?.count == 1)
            #expect(users[0]?["userGroups"] == ["Admin"])
        }
    }

    @Test func `an import adds, keeps and skips, and says why`() async throws {
        try await withWorkspace { workspace in
            let path = try workspace.write(Self.values, to: "v.yaml")
            let table =
                "\u{FEFF}id,displayName,mail,accountEnabled\r\nauth0|1,x,,\r\nauth0|9,\"Nine, Old\",n@example.com,True\r\n,No,,\r\n"
            let csv = try workspace.write(table, to: "u.csv")
            let outcome = try await run(workspace, ["import", path, "--from", csv])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.errors.contains("kept: auth0|1: is listed already, with other fields\n"))
            #expect(outcome.errors.contains("added: auth0|9\n"))
            #expect(outcome.errors.contains("skipped: line 4: it has no id\n"))
            let json = "[{\"id\": \"0123\", \"firstName\": \"A\", \"lastName\": \"B\", \"email\": \"c@example.com\"}]"
            let second = try await run(workspace, ["import", path, "--from", "-", "--group", "Auditor"], input: json)
            #expect(second.status == 0, "\(second)")
            #expect(try ids(try workspace.read("v.yaml")) == ["auth0|1", "auth0|9", "0123"])
            #expect(try workspace.read("v.yaml").contains("userGroups:\n"))
        }
    }

    // MARK: - Where the users stand

    @Test func `of several documents one is chosen`() async throws {
        try await withWorkspace { workspace in
            let sample = String(decoding: try Data(contentsOf: URL(filePath: Samples.path("keycloak"))), as: UTF8.self)
            let other = sample.replacing("name: influxdb\n", with: "name: second\n")
            let path = try workspace.write("# first\n\(sample)---\n\(other)", to: "two.yaml")
            let unclear = try await run(workspace, ["list", path])
            #expect(unclear.status == 2)
            #expect(
                unclear.errors.contains("has 2 admin blocks: choose with --document: 1 (AppInstance influxdb in line")
            )
            let id = ["--id", "5a7e9c10-2b3d-4f6a-9e8d-7c6b5a493827"]
            #expect(try await run(workspace, ["remove", path, "--document", "second"] + id).status == 0)
            #expect(try workspace.read("two.yaml").hasPrefix("# first\n\(sample)---\n"))
            #expect(
                try await run(workspace, ["list", path, "--document", "2"]).output.split(separator: "\n").count == 3
            )
            #expect(try await run(workspace, ["list", path, "--document", "third"]).status == 2)
        }
    }

    @Test func `an AppInstance in kubit's ConfigMap is edited inside its text`() async throws {
        try await withWorkspace { workspace in
            let text = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: app-instance}   # kubit reads it
                data:
                  app-instance: |
                      apiVersion: kubecfg.dev/v1alpha1
                      kind: AppInstance
                      metadata: {name: influxdb}
                      spec:
                        package:
                          spec:
                            admin:
                              identityProvider: dex
                              jwksEndpoint: https://dex.example.com/keys
                              users:
                              # the first
                              - {id: x, firstName: A, lastName: B, email: a@example.com}
                  other: y

                """
            let path = try workspace.write(text, to: "cm.yaml")
            let outcome = try await run(workspace, ["add", path] + Self.grace)
            #expect(outcome.status == 0, "\(outcome)")
            let line = "              - {id: x, firstName: A, lastName: B, email: a@example.com}\n"
            let added =
                "              - {id: \"auth0|2\", firstName: Grace, lastName: Hopper, email: \"g@example.com\"}\n"
            let result = try workspace.read("cm.yaml")
            #expect(
                result == text.replacing(line, with: line + added)
                    || result == text.replacing(line, with: line + added.replacing("\"", with: "")),
                "\(result)"
            )
        }
    }

    // MARK: - Bad input

    /// A file that cannot be edited, and what is said of it.
    struct BadInput: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let message: String

        init(_ name: String, _ bytes: [UInt8], _ message: String) {
            testDescription = name
            self.bytes = bytes
            self.message = message
        }

        init(_ name: String, _ text: String, _ message: String) {
            self.init(name, Array(text.utf8), message)
        }
    }

    private static let bomb =
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + zip("bcdefghi", "abcdefgh").map {
            "\($0): &\($0) [\(Array(repeating: "*\($1)", count: 9).joined(separator: ","))]\n"
        }
        .joined()

    static let badInputs = [
        BadInput(
            "a key twice",
            values + "pause: true\n",
            "v.yaml:11:1: cannot read YAML: the key \"pause\" occurs twice"
        ),
        BadInput("a tab", "admin:\n\tusers: []\n", "v.yaml:2:1: cannot read YAML: a tab cannot indent"),
        BadInput(
            "no UTF-8",
            Array("admin: {}\nx: ".utf8) + [0xC3, 0x28, 0x0A],
            "v.yaml:2:5: cannot read YAML: the text is not valid UTF-8"
        ),
        BadInput("UTF-16", [0xFF, 0xFE, 0x61, 0x00], "v.yaml:1:1: cannot read YAML: the text is UTF-16"),
        BadInput("an alias bomb", bomb, "cannot read YAML: there are more than 1000000 values"),
        BadInput(
            "101 levels",
            String(repeating: "[", count: 101) + String(repeating: "]", count: 101),
            "nested more than 100 deep"
        ),
        BadInput("an unknown alias", "admin: *x\n", "v.yaml:1:8: cannot read YAML: no anchor &x stands before"),
        BadInput("nothing", "", "has no admin block"),
        BadInput("comments alone", "# x\n", "has no admin block"),
        BadInput("another kind", "apiVersion: v1\nkind: Secret\nadmin: {}\n", "has no admin block"),
        BadInput("users that are no list", "admin: {users: 5}\n", "admin.users: Invalid value"),
        BadInput("50 MB", Array(repeating: UInt8(ascii: "a"), count: 50 << 20), "it is larger than 8 MiB"),
    ]

    @Test(arguments: badInputs)
    func `a file that cannot be edited is left alone, with a reason`(_ bad: BadInput) async throws {
        try await withWorkspace { workspace in
            let path = workspace.path("v.yaml")
            try Data(bad.bytes).write(to: URL(filePath: path))
            let outcome = try await run(workspace, ["add", path] + Self.grace)
            #expect(outcome.status == (bad.message.contains("Invalid value") ? 1 : 2))
            #expect(outcome.errors.contains(bad.message), "\(outcome)")
            #expect(outcome.output.isEmpty)
            #expect(try Data(contentsOf: URL(filePath: path)) == Data(bad.bytes))
            #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.home) == ["v.yaml"])
        }
    }

    @Test func `directories, missing files and files that may not be written are left alone`() async throws {
        try await withWorkspace { workspace in
            let directory = try await run(workspace, ["add", workspace.home] + Self.grace)
            #expect(directory.status == 2 && directory.errors.contains("it is a directory"))
            let missing = try await run(workspace, ["add", workspace.path("none")] + Self.grace)
            #expect(missing.status == 2 && missing.errors.contains("No such file or directory"))
            // The superuser may write anything.
            guard ProcessInfo.processInfo.userName != "root" else { return }
            let path = try workspace.write(Self.values, to: "v.yaml")
            for mode in [0o400, 0o000] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
                let refused = try await run(workspace, ["add", path] + Self.grace)
                #expect(refused.status == 2 && refused.errors.contains("Permission denied"))
            }
        }
    }

    /// Odd but sound texts, which are edited with everything odd in place.
    static let odd: [(name: String, text: String)] = [
        ("a byte order mark", "\u{FEFF}" + values), ("Windows line ends", values.replacing("\n", with: "\r\n")),
        ("no line break at the end", String(values.dropLast())),
        ("an anchor", values.replacing("users:", with: "users: &u") + "copy: *u\n"),
        (
            "a merge key",
            "base: &b\n  identityProvider: auth0\n"
                + values.replacing("  identityProvider: auth0\n", with: "  <<: *b\n")
        ),
        ("99 levels", values + "deep: " + String(repeating: "[", count: 98) + String(repeating: "]", count: 98) + "\n"),
        ("a second document", values + "---\nother: [x, y] # z\n"),
        ("an end mark", "%YAML 1.1\n---\n" + values + "...\n"),
        ("long lines", values + "x: " + String(repeating: "long ", count: 20_000) + "end\n"),
    ]

    @Test(arguments: odd.map(\.name))
    func `what is odd stays, and the users differ`(_ name: String) async throws {
        let text = try #require(Self.odd.first { $0.name == name }).text
        try await withWorkspace { workspace in
            let path = try workspace.write(text, to: "v.yaml")
            let added = try await run(workspace, ["add", path] + Self.grace)
            #expect(added.status == 0, "\(added)")
            let documents = try YAMLSource.documents(in: Array(try workspace.read("v.yaml").utf8))
            #expect(documents[0].value["admin"]?["users"]?.array?.count == 2)
            #expect(documents[0].value["copy"]?.array?.count == (name == "an anchor" ? 1 : nil))
            let removed = try await run(workspace, ["remove", path, "--id", "auth0|2"])
            #expect(removed.status == 0, "\(removed)")
            if name != "an anchor" { #expect(try workspace.read("v.yaml") == text) }
        }
    }

    @Test func `ten thousand users are no burden`() async throws {
        var text =
            "admin:\n  identityProvider: auth0\n  jwksEndpoint: https://acme.eu.auth0.com/.well-known/jwks.json\n  users:\n"
        for number in 0..<9_999 {
            text += "  # user \(number)\n  - id: auth0|\(number)x\n    firstName: First\(number)\n    lastName: Last\n"
            text += "    email: u\(number)@example.com\n    userGroups: [Admin]\n"
        }
        try await withWorkspace { workspace in
            let path = try workspace.write(text, to: "v.yaml")
            let outcome = try await run(workspace, ["add", path] + Self.grace)
            #expect(outcome.status == 0, "\(outcome)")
            let result = try workspace.read("v.yaml")
            #expect(result.hasPrefix(text) && result.utf8.count - text.utf8.count < 160)
        }
    }
}

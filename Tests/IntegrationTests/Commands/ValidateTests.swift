// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct ValidateTests {
    private static let values = """
        admin:
          identityProvider: entra
          jwksEndpoint: https://login.microsoftonline.com/7e1b0c9a-8f9e-4f0e-9a55-0d7a3c1f2b44/discovery/v2.0/keys
          users:
          - {id: 0123, firstName: A, lastName: B, email: a@example.com}
        """

    @Test(arguments: ["keycloak", "auth0", "entra"])
    func `a clean file ends with 0 and an empty array`(sample: String) async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.run("validate", Samples.path(sample), "-o", "json")
            #expect(outcome.status == 0)
            #expect(try JSONValue(parsing: outcome.output) == [])
            #expect(outcome.errors.isEmpty)
            let text = try await workspace.run("validate", Samples.path(sample))
            #expect(text.output.isEmpty)
            #expect(text.errors == "1 file checked: no problems\n")
        }
    }

    @Test func `errors end with 1, each at its place with what to do`() async throws {
        try await withWorkspace { workspace in
            let file = try workspace.write(Self.values, to: "values.yaml")
            let text = try await workspace.run("validate", file)
            #expect(text.status == 1)
            #expect(
                text.output.split(separator: "\n") == [
                    """
                    \(file):2:21: error: admin.identityProvider: Unsupported value: "entra": \
                    Microsoft Entra ID must be spelled exactly "azure"
                    """,
                    """
                    \(file):5:10: error: admin.users[0].id: Invalid value: must be a string; \
                    `0123` is the number 83 in YAML: quote it
                    """,
                ]
            )
            let json = try await workspace.run("validate", "-o", "json", file)
            #expect(json.status == 1)
            let first = try #require(try JSONValue(parsing: json.output)[0]?.object)
            #expect(first.names.sorted() == ["column", "file", "level", "line", "message", "path"])
            #expect(first["line"] == 2)
            #expect(first["column"] == 21)
            #expect(first["path"] == "admin.identityProvider")
            #expect(first["level"] == "error")
            let github = try await workspace.run("validate", "-o", "github", file)
            #expect(github.status == 1)
            #expect(github.output.hasPrefix("::error file=\(file),line=2,col=21::admin.identityProvider: "))
        }
    }

    @Test func `warnings alone end with 0`() async throws {
        try await withWorkspace { workspace in
            let file = try workspace.write("kind: Pod\napiVersion: v1\n", to: "pod.yaml")
            let outcome = try await workspace.run("validate", file)
            #expect(outcome.status == 0)
            #expect(outcome.output.contains(":1:1: warning: there is nothing to validate"))
        }
    }

    @Test func `standard input is read`() async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.run("validate", "-", input: Self.values)
            #expect(outcome.status == 1)
            #expect(outcome.output.hasPrefix("<stdin>:2:21: error: "))
        }
    }

    @Test func `a directory stands for its manifests`() async throws {
        try await withWorkspace { workspace in
            try FileManager.default.createDirectory(atPath: workspace.path("d"), withIntermediateDirectories: true)
            try workspace.write(Self.values, to: "d/b.yml")
            try workspace.write("{}", to: "d/a.json")
            try workspace.write("not read", to: "d/notes.txt")
            let outcome = try await workspace.run("validate", workspace.path("d"))
            #expect(outcome.status == 1)
            let files = outcome.output.split(separator: "\n").compactMap {
                $0.split(separator: ":").first.map(String.init)
            }
            #expect(files == ["a.json", "b.yml", "b.yml"].map { workspace.path("d/\($0)") })
        }
    }

    @Test func `what cannot be read ends with 2, and the rest is checked`() async throws {
        try await withWorkspace { workspace in
            let file = try workspace.write(Self.values, to: "values.yaml")
            let broken = try workspace.write("a: [", to: "broken.yaml")
            let outcome = try await workspace.run("validate", "/nonexistent.yaml", broken, workspace.home, file)
            #expect(outcome.status == 2)
            #expect(outcome.output.contains("cannot read /nonexistent.yaml: No such file or directory"))
            #expect(outcome.output.contains("\(broken):2:1: error: cannot read YAML"))
            #expect(outcome.output.contains("\(file):2:21: error: "))
            let empty = workspace.path("empty")
            try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
            let directory = try await workspace.run("validate", empty)
            #expect(directory.status == 2)
            #expect(directory.output.contains("is a directory"))
        }
    }
}

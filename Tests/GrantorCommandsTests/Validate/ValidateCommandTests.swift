// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing
import YAMLSource

@testable import GrantorCommands

struct ValidateCommandTests {
    /// Validates texts as if they were files.
    static func validate(_ texts: KeyValuePairs<String, String>) -> ValidateCommand.Outcome {
        ValidateCommand.validate(texts.map(\.key)) { name throws(FileError) in
            guard let text = texts.first(where: { $0.key == name })?.value else {
                throw FileError(path: name, verb: "read", reason: "No such file or directory")
            }
            return Array(text.utf8)
        }
    }

    static func lines(_ outcome: ValidateCommand.Outcome) -> [String] {
        FindingFormat.text.render(outcome.findings).split(separator: "\n").map(String.init)
    }

    static let values = """
        admin:
          identityProvider: auth0
          jwksEndpoint: https://acme.eu.auth0.com/.well-known/jwks.json
          users:
          - {id: "auth0|x", firstName: A, lastName: B, email: a@example.com}
        """

    static func instance(_ user: String, indent: Int = 0) -> String {
        """
        apiVersion: kubecfg.dev/v1alpha1
        kind: AppInstance
        metadata: {name: influxdb, namespace: db}
        spec:
          package:
            spec:
              admin:
                identityProvider: dex
                jwksEndpoint: https://dex.example.com/keys
                users:
                - \(user)
        """.split(separator: "\n").map { String(repeating: " ", count: indent) + $0 + "\n" }.joined()
    }

    static let goodUser = "{id: x, firstName: A, lastName: B, email: a@example.com}"
    static let badUser = "{id: 0123, firstName: A, lastName: B, email: a@example.com}"

    @Test(arguments: ["keycloak", "auth0", "entra"])
    func `the samples are clean`(_ name: String) {
        let path = "\(Repository.root)/deploy/samples/\(name).yaml"
        let outcome = ValidateCommand.validate([path]) { path throws(FileError) in
            try InputFile.read(path, limit: 1 << 20)
        }
        #expect(Self.lines(outcome).isEmpty)
        #expect(outcome.exitCode == 0)
        #expect(outcome.summary == "1 file checked: no problems")
    }

    @Test func `the broken sample names every problem at its place`() {
        let path = "\(Repository.root)/deploy/samples/broken.yaml"
        let outcome = ValidateCommand.validate([path]) { path throws(FileError) in
            try InputFile.read(path, limit: 1 << 20)
        }
        #expect(outcome.exitCode == 1)
        let root = "spec.package.spec.admin"
        #expect(
            outcome.findings.map { "\($0.mark) \($0.path)" } == [
                "13:27 \(root).identityProvider", "14:23 \(root).jwksEndpoint", "15:9 \(root).issuer",
                "17:15 \(root).users[0].id", "26:13 \(root).users[1].userGroups[0]", "27:11 \(root).users[2].email",
                "27:15 \(root).users[2].id", "32:13 \(root).dsn.valueFrom.secretKeyRef.key",
            ]
        )
        #expect(outcome.findings.contains { $0.message.contains("`0123` is the number 83 in YAML: quote it") })
    }

    @Test func `a values file has paths from its root`() {
        #expect(Self.validate(["values.yaml": Self.values]).findings.isEmpty)
        let broken = Self.values.replacing("auth0|x", with: "")
        #expect(
            Self.lines(Self.validate(["values.yaml": broken])) == [
                "values.yaml:5:10: error: admin.users[0].id: Required value: give the user's id at the identity provider"
            ]
        )
    }

    @Test func `a CA bundle in a values file counts only when it is used`() {
        let egress = "\negress:\n  customCertificates:\n    valueFrom: {configMapKeyRef: {name: ca}}\n"
        let unused = Self.validate(["v.yaml": Self.values + egress])
        #expect(
            Self.lines(unused) == [
                "v.yaml:7:3: warning: egress.customCertificates: Invalid value: has no effect unless useCustomEgress is true"
            ]
        )
        let used = Self.validate(["v.yaml": Self.values + egress + "useCustomEgress: true\n"])
        #expect(used.findings.map(\.path) == ["egress.customCertificates.valueFrom.configMapKeyRef.key"])
        #expect(used.exitCode == 0)
    }

    @Test func `a CA bundle is looked up in the other documents`() {
        let map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ca, namespace: db}\ndata: {certs.pem: x}\n"
        let egress = "      egress: {customCertificates: {valueFrom: {configMapKeyRef: {name: ca, key: ca.pem}}}}\n"
        let outcome = Self.validate([
            "a.yaml": Self.instance(Self.goodUser) + egress, "b.yaml": map + Self.values.prefixed(),
        ])
        #expect(outcome.findings.map(\.level) == [.warning])
        #expect(outcome.findings.first?.message.hasSuffix("the ConfigMap has no such key; it has certs.pem") == true)
    }

    @Test func `several documents and lists are read, others skipped with a note`() {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        let list = "apiVersion: v1\nkind: List\nitems:\n- " + Self.instance(Self.badUser, indent: 2).dropFirst(2)
        let outcome = Self.validate(["x.yaml": secret + "---\n" + Self.instance(Self.badUser) + "---\n" + list])
        #expect(outcome.findings.map(\.mark.line) == [15, 30])
        #expect(outcome.findings.map(\.path) == Array(repeating: "spec.package.spec.admin.users[0].id", count: 2))
        #expect(outcome.notes == ["x.yaml:1: note: skipped Secret s"])
    }

    @Test func `kubit's ConfigMap is read, with positions when it is a block`() {
        let header = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app-instance}\ndata:\n"
        let block = header + "  app-instance: |\n" + Self.instance(Self.badUser, indent: 4)
        let outcome = Self.validate(["cm.yaml": block])
        #expect(outcome.findings.map(\.mark) == [Mark(line: 16, column: 20)])
        let json =
            "{\"apiVersion\":\"kubecfg.dev/v1alpha1\",\"kind\":\"AppInstance\",\"spec\":{\"package\":{\"spec\":{\"admin\":5}}}}"
        let line = Self.validate(["cm.yaml": header + "  app-instance: '\(json)'\n"])
        #expect(line.findings.map(\.mark) == [Mark(line: 5, column: 17)])
        #expect(line.exitCode == 1)
    }

    @Test func `JSON files are read like YAML`() {
        let text = """
            {"apiVersion": "kubecfg.dev/v1alpha1", "kind": "AppInstance", "metadata": {"name": "x"},
             "spec": {"package": {"spec": {"admin": {
              "identityProvider": "dex", "jwksEndpoint": "https://dex.example.com/keys", "users": []}}}}}
            """
        #expect(Self.validate(["x.json": text]).findings.map(\.mark) == [Mark(line: 3, column: 78)])
    }

    @Test func `a file that is no YAML is unreadable, at its place`() {
        let outcome = Self.validate(["x.yaml": "a: 1\na: 2\n", "missing.yaml ": Self.values])
        #expect(outcome.exitCode == 2)
        #expect(Self.lines(outcome) == ["x.yaml:2:1: error: cannot read YAML: the key \"a\" occurs twice"])
    }

    @Test func `files that cannot be read end with 2 and the rest is still checked`() {
        let outcome = ValidateCommand.validate(["/nonexistent/x.yaml", "/", "v.yaml"]) { path throws(FileError) in
            path == "v.yaml" ? Array("admin: 5\n".utf8) : try InputFile.read(path, limit: 1 << 20)
        }
        #expect(outcome.exitCode == 2)
        #expect(
            outcome.findings.map(\.message).prefix(2) == [
                "cannot read /nonexistent/x.yaml: No such file or directory",
                "cannot read /: it is a directory with no *.yaml, *.yml or *.json in it",
            ]
        )
        #expect(outcome.findings.last?.path == "admin")
    }

    @Test func `a file that is too large is refused`() {
        let error = #expect(throws: FileError.self) { try InputFile.read(#filePath, limit: 100) }
        #expect(error?.description.contains("larger than") == true)
    }

    @Test(arguments: ["", "# nothing\n", "a: 1\n", "apiVersion: v1\nkind: Secret\n", "- 1\n"])
    func `a file with nothing to validate gets a warning`(_ text: String) {
        let outcome = Self.validate(["x.yaml": text])
        #expect(outcome.findings.map(\.level) == [.warning])
        #expect(outcome.exitCode == 0)
    }

    @Test func `an AppInstance without admin is left alone`() {
        let text = "apiVersion: kubecfg.dev/v1alpha1\nkind: AppInstance\nspec: {package: {spec: {}}}\n"
        let outcome = Self.validate(["x.yaml": text])
        #expect(outcome.findings.isEmpty)
        #expect(outcome.notes.count == 1)
    }

    @Test func `output for programs is an array, and workflow commands are escaped`() throws {
        #expect(FindingFormat.json.render([]) == "[]\n")
        let finding = FileFinding(
            file: "a,b:c.yaml",
            mark: Mark(line: 3, column: 7),
            path: "admin.users[0].id",
            level: .warning,
            message: "100%\nsure"
        )
        #expect(
            try JSONValue(parsing: FindingFormat.json.render([finding])) == [
                [
                    "file": "a,b:c.yaml", "line": 3, "column": 7, "path": "admin.users[0].id", "level": "warning",
                    "message": "100%\nsure",
                ]
            ]
        )
        #expect(
            FindingFormat.github.render([finding])
                == "::warning file=a%2Cb%3Ac.yaml,line=3,col=7::admin.users[0].id: 100%25%0Asure\n"
        )
    }
}

extension String {
    /// A document after those before it.
    fileprivate func prefixed() -> String { "---\n" + self }
}

extension ValidateCommandTests {
    static func validate(_ base: String, overlays: [String]) -> ValidateCommand.Outcome {
        var files = ["values.yaml": base]
        let names = overlays.indices.map { "overlay\($0).yaml" }
        for (name, text) in zip(names, overlays) { files[name] = text }
        return ValidateCommand.validate(["values.yaml"], overlays: names) { path throws(FileError) in
            guard let text = files[path] else { throw FileError(path: path, verb: "read", reason: "it is not there") }
            return Array(text.utf8)
        }
    }

    static let wholeValues =
        values + """

              dsn: {valueFrom: {secretKeyRef: {name: a, key: b}}}
            objectStore: {bucket: b}

            """

    @Test func `traps of the chart are found in a values file`() {
        #expect(Self.lines(Self.validate(["values.yaml": Self.wholeValues])).isEmpty)
        let silent = "admin:\n  identityProvider: dex\n  jwksEndpoint: https://dex.example.com/keys\nobjectStor: {}\n"
        #expect(
            Self.lines(Self.validate(["values.yaml": silent])) == [
                """
                values.yaml:1:1: warning: admin.dsn: Required value: where values are silent, the chart passes on a \
                reference with an empty name and an empty key
                """,
                """
                values.yaml:1:1: error: admin.users: Required value: where values are silent, the chart passes on one \
                user whose fields are all empty: list the users
                """,
                """
                values.yaml:4:1: warning: objectStor: Forbidden: the chart does not know this field, and passes it over: \
                did you mean objectStore?
                """,
            ]
        )
    }

    @Test func `an overlay that replaces the users is told, with who is lost`() {
        let over = "admin:\n  users:\n  - {id: 5, firstName: A, lastName: B, email: a@example.com}\n"
        let outcome = Self.validate(Self.wholeValues, overlays: ["admin: {identityProvider: auth0}\n", over])
        #expect(
            Self.lines(outcome) == [
                """
                overlay1.yaml:2:3: warning: admin.users: Invalid value: replaces the list in values.yaml:4:3 as a whole: \
                1 user there is no longer listed (auth0|x)
                """,
                """
                overlay1.yaml:3:10: error: admin.users[0].id: Invalid value: must be a string; `5` is the number 5 in YAML: \
                quote it
                """,
            ]
        )
        #expect(outcome.exitCode == 1)
        let more = Self.validate(Self.wholeValues, overlays: [Self.values])
        #expect(Self.lines(more).isEmpty)
        #expect(more.fileCount == 2)
    }

    @Test func `an overlay completes a file`() {
        let rest = "admin: {dsn: {valueFrom: {secretKeyRef: {name: a, key: b}}}}\n"
        #expect(Self.lines(Self.validate(Self.values, overlays: [rest])).isEmpty)
        let users = "admin:\n  identityProvider: auth0\n"
        #expect(Self.lines(Self.validate(users, overlays: [Self.wholeValues])).isEmpty)
        #expect(Self.lines(Self.validate("pause: true\n", overlays: [Self.wholeValues])).isEmpty)
        let missing = Self.validate(Self.values, overlays: ["pause: true\n"])
        #expect(missing.findings.map(\.path) == ["admin.dsn"])
        #expect(missing.exitCode == 1)
    }

    @Test func `an overlay that cannot be read ends with 2`() {
        let broken = Self.validate(Self.wholeValues, overlays: ["a: ["])
        #expect(broken.exitCode == 2)
        #expect(Self.lines(broken).first?.hasPrefix("overlay0.yaml:2:1: error: cannot read YAML") == true)
        let gone = ValidateCommand.validate(["v.yaml"], overlays: ["o.yaml"]) { path throws(FileError) in
            guard path == "v.yaml" else { throw FileError(path: path, verb: "read", reason: "it is not there") }
            return Array(Self.wholeValues.utf8)
        }
        #expect(gone.exitCode == 2)
        #expect(Self.lines(gone) == ["o.yaml:1:1: error: cannot read o.yaml: it is not there"])
    }
}

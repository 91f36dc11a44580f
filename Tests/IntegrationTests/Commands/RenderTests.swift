// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import TestKit
import Testing

@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct RenderTests {
    @Test func `an AppInstance goes to values and back`() async throws {
        try await withWorkspace { workspace in
            let values = workspace.path("values.yaml")
            let made = try await workspace.run("render", "values", "-f", Samples.path("keycloak"), "-o", values)
            #expect(made.status == 0, "\(made)")
            #expect(made.output.isEmpty)
            let back = try await workspace.run("render", "appinstance", "-f", values, "-n", "other", "-o", "-")
            #expect(back.status == 0)
            let instance = try workspace.write(back.output, to: "instance.yaml")
            let same = try await workspace.run("diff", Samples.path("keycloak"), instance)
            #expect(same.status == 0)
            #expect(same.output.isEmpty)
            #expect(try await workspace.run("diff", Samples.path("keycloak"), values).status == 0)
            #expect(try await workspace.run("validate", values).status == 0)
        }
    }

    @Test func `what cannot be expressed is an error with a path, and the admin block goes alone`() async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.run("render", "values", "-f", Samples.path("entra"))
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("\n  spec.package.spec.ingress: "))
            let admin = try await workspace.run("render", "values", "-f", Samples.path("entra"), "--admin-only")
            #expect(admin.status == 0)
            #expect(admin.output.hasPrefix("admin:\n"))
        }
    }

    @Test func `a merge edits what differs and nothing else, once`() async throws {
        try await withWorkspace { workspace in
            let made = try await workspace.run("render", "values", "-f", Samples.path("keycloak"))
            let mine = "# mine\r\n\r\nskipOperator:   true # stays\r\n" + made.output.replacing("\n", with: "\r\n")
            let other = mine.replacing("Marty", with: "Martin").replacing("ingress-tls", with: "'other' # why")
            let file = try workspace.write(other, to: "values.yaml")
            let merge = ["render", "values", "-f", Samples.path("keycloak"), "--merge", file]
            let shown = try await workspace.grantor(merge).run()
            #expect(shown.status == 0, "\(shown)")
            #expect(try workspace.read("values.yaml") == other)
            let written = try await workspace.grantor(merge + ["--in-place"]).run()
            #expect(written.status == 0, "\(written)")
            let after = try workspace.read("values.yaml")
            #expect(after == shown.output)
            #expect(after.hasPrefix("# mine\r\n\r\nskipOperator:   true # stays\r\n"))
            #expect(after.contains("# why"))
            let pairs = zip(other.split(separator: "\r\n"), after.split(separator: "\r\n"))
            #expect(pairs.count { $0 != $1 } == 2)
            #expect(try await workspace.run("diff", Samples.path("keycloak"), file).status == 0)
            let again = try await workspace.grantor(merge + ["--in-place"]).run()
            #expect(again.status == 0)
            #expect(try workspace.read("values.yaml") == after)
        }
    }

    @Test func `files are merged and values set as Helm does it`() async throws {
        try await withWorkspace { workspace in
            let base = try workspace.write(HelmAgreementTests.complete, to: "values.yaml")
            let over = try workspace.write("ingress: {hosts: [b]}\ningesterStorage: {storage: null}\n", to: "prod.yaml")
            let outcome = try await workspace.run(
                "render",
                "appinstance",
                "-f",
                base,
                "-f",
                over,
                "--set",
                "ingress.hosts[1]=c,pause=true",
                "--set-string",
                "image.tag=1",
                "--release",
                "db",
                "-n",
                "data"
            )
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.output.contains("    hosts:\n        - b\n        - c\n"))
            #expect(outcome.output.contains("      ingesterStorage: null\n"))
            #expect(outcome.output.contains("  pause: true\n"))
            #expect(outcome.output.contains("influxdb:1\n"))
            #expect(outcome.output.contains("  name: db\n  namespace: data\n"))
        }
    }

    @Test func `how it ends tells what was wrong`() async throws {
        try await withWorkspace { workspace in
            let silent = try workspace.write("pause: true\n", to: "silent.yaml")
            let broken = try workspace.write("a: [\n", to: "broken.yaml")
            let refused = try await workspace.run("render", "appinstance", "-f", silent)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("\n  admin.identityProvider: Required value: the chart requires a value"))
            #expect(try await workspace.run("render", "appinstance", "-f", broken).status == 2)
            #expect(try await workspace.run("render", "appinstance", "-f", "/none.yaml").status == 2)
            #expect(try await workspace.run("render", "values", "-f", silent).status == 2)
            let directory = try await workspace.run(
                "render",
                "values",
                "-f",
                Samples.path("keycloak"),
                "-o",
                workspace.home
            )
            #expect(directory.status == 2)
            #expect(directory.errors.contains("it is a directory"))
            #expect(try await workspace.run("render", "appinstance", "-f", silent, "--set", "a[x]=1").status == 1)
            #expect(try await workspace.run("render", "values").status == 64)
        }
    }
}

@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct DiffTests {
    @Test func `who gains and loses access comes first`() async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.run("diff", Samples.path("keycloak"), Samples.path("auth0"))
            #expect(outcome.status == 1)
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.dropFirst(2).first == "gains access")
            #expect(lines.contains("  + auth0|64f0c0ffee64f0c0ffee64f0  Emmett Brown <emmett@example.com>"))
            #expect(lines.contains("loses access"))
            #expect(!outcome.output.contains("\u{1B}"))
            let json = try await workspace.run("diff", "-o", "json", Samples.path("keycloak"), Samples.path("auth0"))
            #expect(json.status == 1)
            let object = try JSONValue(parsing: json.output)
            #expect(object["same"] == false)
            #expect(object["gainsAccess"]?.array?.count == 2)
            #expect(object["losesAccess"]?.array?.count == 2)
        }
    }

    @Test func `colour is where it is asked for, and never with NO_COLOR`() async throws {
        try await withWorkspace { workspace in
            let files = [Samples.path("keycloak"), Samples.path("auth0")]
            let always = try await workspace.grantor(
                ["diff", "--color", "always"] + files,
                environment: ["NO_COLOR": nil]
            ).run()
            #expect(always.output.contains("\u{1B}[32m"))
            let forbidden = ["NO_COLOR": "1"] as [String: String?]
            let none = try await workspace.grantor(["diff", "--color", "always"] + files, environment: forbidden).run()
            #expect(!none.output.contains("\u{1B}"))
        }
    }

    @Test func `secrets are compared, and not shown`() async throws {
        try await withWorkspace { workspace in
            let text = HelmAgreementTests.complete
            let one = text.replacing(
                "dsn: {valueFrom: {secretKeyRef: {name: s, key: k}}}",
                with: "dsn: {valueFrom: null, value: pw1}"
            )
            let first = try workspace.write(one, to: "a.yaml")
            let second = try workspace.write(one.replacing("pw1", with: "pw2"), to: "b.yaml")
            for format in ["text", "json"] {
                let outcome = try await workspace.run("diff", "-o", format, first, second)
                #expect(outcome.status == 1)
                #expect(outcome.output.contains("spec.package.spec.admin.dsn.value"))
                #expect(!outcome.output.contains("pw"))
            }
        }
    }

    @Test func `trouble ends with 2`() async throws {
        try await withWorkspace { workspace in
            let silent = try workspace.write("pause: true\n", to: "silent.yaml")
            #expect(try await workspace.run("diff", Samples.path("keycloak"), silent).status == 2)
            #expect(try await workspace.run("diff", Samples.path("keycloak"), "/none.yaml").status == 2)
            let standard = try await workspace.run("diff", Samples.path("keycloak"), "-", input: "kind: Pod\n")
            #expect(standard.status == 2)
            #expect(standard.errors.contains("<stdin>:1:1: "))
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@Suite(.needsKubectl, .timeLimit(.minutes(3)))
struct ApplyTests {
    private func configMap(_ data: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
        \(data)
        """
    }

    @Test func `client-side apply creates, changes, and removes what was removed`() async throws {
        try await withCluster { cluster in
            let first = configMap("  a: '1'\n  b: '2'")
            #expect(try await cluster.succeed("apply", "-f", "-", input: first) == "configmap/settings created\n")
            #expect(try await cluster.succeed("apply", "-f", "-", input: first) == "configmap/settings unchanged\n")
            try await cluster.succeed(
                "patch",
                "configmap",
                "settings",
                "--type=merge",
                "-p",
                #"{"data":{"other":"x"}}"#
            )
            let second = configMap("  a: '10'\n  c: '3'")
            #expect(try await cluster.succeed("apply", "-f", "-", input: second) == "configmap/settings configured\n")
            let data = try await cluster.object("configmap", "settings")["data"]
            #expect(data == ["a": "10", "c": "3", "other": "x"])
        }
    }

    @Test func `client-side apply merges custom resources by their last applied form`() async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            let first = Widgets.yaml("w", more: "  tags: [a, b]\n  color: green")
            #expect(try await cluster.succeed("apply", "-f", "-", input: first) == "widget.example.dev/w created\n")
            #expect(try await cluster.succeed("apply", "-f", "-", input: first) == "widget.example.dev/w unchanged\n")
            let second = Widgets.yaml("w", size: 4)
            #expect(try await cluster.succeed("apply", "-f", "-", input: second) == "widget.example.dev/w configured\n")
            let widget = try await cluster.object("widget", "w")
            // The color is back at its default, since nobody says green any more.
            #expect(widget["spec"] == ["size": 4, "color": "red"])
            #expect(widget["metadata"]?["generation"] == 2)
        }
    }

    @Test func `server-side apply owns fields, and conflicts name the other manager`() async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            let mine = Widgets.yaml("w", size: 3)
            let theirs = Widgets.yaml("w", size: 5)
            #expect(
                try await cluster.succeed("apply", "--server-side", "--field-manager=one", "-f", "-", input: mine)
                    == "widget.example.dev/w serverside-applied\n"
            )
            let before = try await cluster.object("widget", "w")["metadata"]?["resourceVersion"]
            try await cluster.succeed("apply", "--server-side", "--field-manager=one", "-f", "-", input: mine)
            #expect(try await cluster.object("widget", "w")["metadata"]?["resourceVersion"] == before)
            let errors = try await cluster.fail(
                "apply",
                "--server-side",
                "--field-manager=two",
                "-f",
                "-",
                input: theirs
            )
            #expect(errors.contains("conflict with \"one\""))
            #expect(errors.contains(".spec.size"))
            try await cluster.succeed(
                "apply",
                "--server-side",
                "--force-conflicts",
                "--field-manager=two",
                "-f",
                "-",
                input: theirs
            )
            #expect(try await cluster.object("widget", "w")["spec"]?["size"] == 5)
        }
    }

    @Test func `server-side apply removes the fields that one manager gave up`() async throws {
        try await withCluster { cluster in
            try await cluster.succeed("apply", "--server-side", "-f", "-", input: configMap("  a: '1'\n  b: '2'"))
            try await cluster.succeed("apply", "--server-side", "-f", "-", input: configMap("  a: '1'"))
            #expect(try await cluster.object("configmap", "settings")["data"] == ["a": "1"])
        }
    }

    @Test func `an applied definition is established, and its resources can be applied at once`() async throws {
        try await withCluster { cluster in
            let definition = String(decoding: JSONWriter.bytes(Widgets.definition), as: UTF8.self)
            #expect(
                try await cluster.succeed("apply", "-f", "-", input: definition)
                    == "customresourcedefinition.apiextensions.k8s.io/widgets.example.dev created\n"
            )
            try await cluster.succeed("wait", "--for=condition=Established", "--timeout=20s", "crd/widgets.example.dev")
            try await cluster.succeed("apply", "-f", "-", input: Widgets.yaml("w"))
            #expect(try await cluster.object("wd", "w")["spec"]?["color"] == "red")
        }
    }

    @Test func `an invalid resource is refused with the path and the reason`() async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            let errors = try await cluster.fail("create", "-f", "-", input: Widgets.yaml("w", size: 500))
            #expect(errors.contains("The Widget \"w\" is invalid"))
            #expect(errors.contains("spec.size"))
            #expect(errors.contains("should be less than or equal to 100"))
            let several = try await cluster.fail(
                "create",
                "--validate=false",
                "-f",
                "-",
                input: Widgets.yaml("w", size: 500, more: "  color: blue")
            )
            #expect(several.contains("spec.size"))
            #expect(several.contains("Unsupported value: \"blue\""))
            #expect(try await cluster.fail("get", "widget", "w").contains("(NotFound)"))
        }
    }

    @Test(.needsKubectl(minor: 25, "strict validation on the server came with 1.25"))
    func `an unknown field is refused by strict validation and dropped without`() async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            let manifest = Widgets.yaml("w", more: "  colour: red")
            let errors = try await cluster.fail("apply", "-f", "-", input: manifest)
            #expect(errors.contains("unknown field \"spec.colour\""))
            let warned = try await cluster.kubectl("apply", "--validate=warn", "-f", "-", input: manifest)
            #expect(warned.status == 0)
            #expect(warned.errors.contains("Warning: unknown field \"spec.colour\""))
            #expect(try await cluster.object("widget", "w")["spec"]?["colour"] == nil)
        }
    }

    @Test(.needsKubectl(minor: 27, "until 1.27 a dry run needs OpenAPI 2"))
    func `a dry run on the server validates and writes nothing`() async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            let output = try await cluster.succeed("apply", "--dry-run=server", "-f", "-", input: Widgets.yaml("w"))
            #expect(output == "widget.example.dev/w created (server dry run)\n")
            #expect(try await cluster.fail("get", "widget", "w").contains("NotFound"))
            try await cluster.fail("apply", "--dry-run=server", "-f", "-", input: Widgets.yaml("w", size: 0))
        }
    }

    @Test func `several documents are applied in order`() async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            let documents = """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: team
                ---
                apiVersion: v1
                kind: Secret
                metadata:
                  name: dsn
                  namespace: team
                stringData:
                  dsn: postgres://x
                ---
                \(Widgets.yaml("w").replacing("name: w", with: "name: w\n  namespace: team"))
                """
            let output = try await cluster.succeed("apply", "-f", "-", input: documents)
            #expect(output == "namespace/team created\nsecret/dsn created\nwidget.example.dev/w created\n")
            let secret = try await cluster.succeed("-n", "team", "get", "secret", "dsn", "-o", "jsonpath={.data.dsn}")
            #expect(secret == "cG9zdGdyZXM6Ly94")
        }
    }

    @Test(.needsKubectl(minor: 27, "until 1.27 a dry run needs OpenAPI 2"))
    func `diff tells whether apply would change something`() async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            try await cluster.succeed("apply", "-f", "-", input: Widgets.yaml("w"))
            let none = try await cluster.kubectl("diff", "-f", "-", input: Widgets.yaml("w"))
            #expect(none.status == 0, "\(none)")
            let some = try await cluster.kubectl("diff", "-f", "-", input: Widgets.yaml("w", size: 4))
            #expect(some.status == 1, "\(some)")
            #expect(some.output.contains("-  size: 3"))
            #expect(some.output.contains("+  size: 4"))
            let server = try await cluster.kubectl("diff", "--server-side", "-f", "-", input: Widgets.yaml("new"))
            #expect(server.status == 1, "\(server)")
            #expect(try await cluster.object("widget", "w")["spec"]?["size"] == 3)
        }
    }
}

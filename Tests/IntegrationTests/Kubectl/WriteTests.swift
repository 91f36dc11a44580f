// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

@Suite(.needsKubectl, .timeLimit(.minutes(3)))
struct WriteTests {
    private func withWidget(_ body: (Cluster) async throws -> Void) async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            try await cluster.succeed("apply", "-f", "-", input: Widgets.yaml("w", more: "  tags: [a, b]"))
            try await body(cluster)
        }
    }

    @Test func `the three kinds of patch do what they say`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            try await cluster.succeed("patch", "wd", "w", "--type=merge", "-p", #"{"spec":{"tags":["c"]}}"#)
            #expect(try await cluster.object("wd", "w")["spec"]?["tags"] == ["c"])
            try await cluster.succeed(
                "patch",
                "wd",
                "w",
                "--type=json",
                "-p",
                #"[{"op":"test","path":"/spec/size","value":3},{"op":"add","path":"/spec/tags/-","value":"d"}]"#
            )
            #expect(try await cluster.object("wd", "w")["spec"]?["tags"] == ["c", "d"])
            let service = """
                apiVersion: v1
                kind: Service
                metadata: {name: s}
                spec:
                  selector: {app: s}
                  ports: [{name: a, port: 1}, {name: b, port: 2}]
                """
            try await cluster.succeed("create", "-f", "-", input: service)
            try await cluster.succeed("patch", "service", "s", "-p", #"{"spec":{"ports":[{"port":2,"name":"bee"}]}}"#)
            let ports = try await cluster.object("service", "s")["spec"]?["ports"]?.array ?? []
            #expect(ports.count == 2)
            #expect(Set(ports.compactMap { $0["name"]?.string }) == ["a", "bee"])
        }
    }

    @Test func `a patch that does not apply is refused`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            let failed = try await cluster.fail(
                "patch",
                "wd",
                "w",
                "--type=json",
                "-p",
                #"[{"op":"test","path":"/spec/size","value":4}]"#
            )
            #expect(failed.contains("invalid"), "\(failed)")
            let strategic = try await cluster.fail("patch", "wd", "w", "--type=strategic", "-p", #"{"spec":{}}"#)
            #expect(strategic.contains("unknown format"), "\(strategic)")
            let invalid = try await cluster.fail("patch", "wd", "w", "--type=merge", "-p", #"{"spec":{"size":0}}"#)
            #expect(invalid.contains("spec.size"))
        }
    }

    @Test(.needsKubectl(minor: 24, "--subresource came with 1.24"))
    func `the status subresource changes the status and nothing else`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            try await cluster.succeed(
                "patch",
                "wd",
                "w",
                "--subresource=status",
                "--type=merge",
                "-p",
                #"{"status":{"phase":"Done"},"spec":{"size":50}}"#
            )
            let widget = try await cluster.object("wd", "w")
            #expect(widget["status"]?["phase"] == "Done")
            #expect(widget["spec"]?["size"] == 3)
            #expect(widget["metadata"]?["generation"] == 1)
            try await cluster.succeed("patch", "wd", "w", "--type=merge", "-p", #"{"status":{"phase":"Undone"}}"#)
            #expect(try await cluster.object("wd", "w")["status"]?["phase"] == "Done")
        }
    }

    @Test func `edit writes what the editor leaves, and nothing when nothing changed`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            let editor = "\(cluster.home)/editor"
            try Data("#!/bin/sh\nsed -i 's/size: 3/size: 7/' \"$1\"\n".utf8).write(to: URL(filePath: editor))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: editor)
            #expect(
                try await cluster.succeed("edit", "wd", "w", environment: ["KUBE_EDITOR": editor])
                    == "widget.example.dev/w edited\n"
            )
            #expect(try await cluster.object("wd", "w")["spec"]?["size"] == 7)
            let again = try await cluster.kubectl("edit", "wd", "w", environment: ["KUBE_EDITOR": editor])
            #expect(again.status == 0)
            #expect((again.output + again.errors).contains("no changes made"))
        }
    }

    @Test func `labels and annotations are set, kept and taken away`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            #expect(try await cluster.succeed("label", "wd", "w", "a=1").hasPrefix("widget.example.dev/w labeled"))
            #expect(try await cluster.fail("label", "wd", "w", "a=2").contains("--overwrite"))
            try await cluster.succeed("label", "wd", "w", "a=2", "--overwrite")
            try await cluster.succeed("annotate", "wd", "w", "note=hello")
            let metadata = try await cluster.object("wd", "w")["metadata"]
            #expect(metadata?["labels"] == ["a": "2"])
            #expect(metadata?["annotations"]?["note"] == "hello")
            #expect(metadata?["generation"] == 1)
            try await cluster.succeed("label", "wd", "w", "a-")
            #expect(try await cluster.object("wd", "w")["metadata"]?["labels"] == nil)
            #expect(try await cluster.fail("label", "wd", "w", "bad key=1").isEmpty == false)
        }
    }

    @Test func `replace refuses an old resource version`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            let old = try await cluster.object("wd", "w")
            try await cluster.succeed("patch", "wd", "w", "--type=merge", "-p", #"{"spec":{"size":4}}"#)
            let text = String(decoding: JSONWriter.bytes(old), as: UTF8.self)
            let errors = try await cluster.fail("replace", "-f", "-", input: text)
            #expect(errors.contains("the object has been modified; please apply your changes to the latest version"))
        }
    }

    @Test func `delete takes by name, by label, and waits`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            #expect(try await cluster.succeed("delete", "wd", "w") == "widget.example.dev \"w\" deleted\n")
            #expect(try await cluster.fail("delete", "wd", "w").contains("(NotFound)"))
            try await cluster.succeed("delete", "wd", "w", "--ignore-not-found")
            for name in ["a", "b", "c"] {
                try await cluster.succeed("create", "configmap", name)
            }
            try await cluster.succeed("label", "configmap", "a", "b", "x=1")
            try await cluster.succeed("delete", "configmap", "-l", "x=1")
            let left = try await cluster.succeed("get", "configmap", "-o", "name")
            #expect(!left.contains("configmap/a\n"))
            #expect(left.contains("configmap/c\n"))
        }
    }

    @Test func `a finalizer holds a deletion until it is gone`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            let patch = #"{"metadata":{"finalizers":["example.dev/hold"]}}"#
            try await cluster.succeed("patch", "wd", "w", "--type=merge", "-p", patch)
            try await cluster.succeed("delete", "wd", "w", "--wait=false")
            #expect(try await cluster.object("wd", "w")["metadata"]?["deletionTimestamp"] != nil)
            let timeout = try await cluster.fail("wait", "--for=delete", "wd/w", "--timeout=1s")
            #expect(timeout.contains("timed out"))
            let free = #"{"metadata":{"finalizers":null}}"#
            try await cluster.succeed("patch", "wd", "w", "--type=merge", "-p", free)
            try await cluster.awaitDeletion("wd/w")
            #expect(try await cluster.fail("get", "wd", "w").contains("NotFound"))
        }
    }

    @Test func `deleting an owner deletes what it owns`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            let uid = try await cluster.object("wd", "w")["metadata"]?["uid"]?.string ?? ""
            let owned = """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: owned
                  ownerReferences: [{apiVersion: example.dev/v1, kind: Widget, name: w, uid: \(uid)}]
                """
            try await cluster.succeed("create", "-f", "-", input: owned)
            try await cluster.succeed("delete", "wd", "w")
            try await cluster.awaitDeletion("configmap/owned")
        }
    }

    @Test func `deleting a namespace empties and ends it`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            try await cluster.succeed("create", "namespace", "team")
            try await cluster.succeed("-n", "team", "apply", "-f", "-", input: Widgets.yaml("inner"))
            try await cluster.succeed("delete", "namespace", "team", "--timeout=30s")
            #expect(try await cluster.fail("get", "ns", "team").contains("NotFound"))
            let all = try await cluster.succeed("get", "wd", "-A", "-o", "name")
            #expect(all == "widget.example.dev/w\n")
        }
    }

    @Test func `deleting a definition deletes its resources`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            try await cluster.succeed("delete", "crd", "widgets.example.dev", "--timeout=30s")
            // kubectl goes on believing what discovery told it before, so the server is asked itself.
            let raw = try await cluster.fail("get", "--raw", "/apis/example.dev/v1/namespaces/default/widgets")
            #expect(raw.contains("the server could not find the requested resource"), "\(raw)")
        }
    }

    @Test(.needsKubectl(minor: 24, "--subresource came with 1.24"))
    func `wait ends when a condition comes true`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            let wait = cluster.command(
                try Tool.kubectl.required(),
                ["wait", "--for=condition=Ready", "wd/w", "--timeout=30s"]
            )
            async let waited = wait.run()
            let status = #"{"status":{"conditions":[{"type":"Ready","status":"True"}]}}"#
            try await cluster.succeed("patch", "wd", "w", "--subresource=status", "--type=merge", "-p", status)
            let outcome = try await waited
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.output == "widget.example.dev/w condition met\n")
        }
    }

    @Test func `created names are generated, and taken names refused`() async throws {
        try await withWidget { (cluster) async throws -> Void in
            let manifest = Widgets.yaml("w").replacing("name: w", with: "generateName: w-")
            let output = try await cluster.succeed("create", "-f", "-", "-o", "name", input: manifest)
            #expect(output.hasPrefix("widget.example.dev/w-"))
            #expect(output.utf8.count == "widget.example.dev/w-xxxxx\n".utf8.count)
            #expect(
                try await cluster.fail("create", "-f", "-", input: Widgets.yaml("w")).contains(
                    "widgets.example.dev \"w\" already exists"
                )
            )
            #expect(try await cluster.fail("create", "configmap", "Not_A_Name").contains("Invalid value"))
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@Suite(.needsKubectl, .timeLimit(.minutes(3)))
struct ReadTests {
    private func withWidgets(_ body: (Cluster) async throws -> Void) async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            let documents = [
                Widgets.yaml("small", size: 1), Widgets.yaml("large", size: 9, more: "  color: green"),
            ]
            try await cluster.succeed("apply", "-f", "-", input: documents.joined(separator: "\n---\n"))
            try await cluster.succeed("label", "widget", "large", "tier=gold")
            try await body(cluster)
        }
    }

    /// The lines of a table, split at white space.
    private func table(_ text: String) -> [[String]] {
        text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test func `get shows the printer columns of a definition`() async throws {
        try await withWidgets { (cluster) async throws -> Void in
            let plain = table(try await cluster.succeed("get", "widgets"))
            #expect(plain == [["NAME", "SIZE", "PHASE"], ["large", "9"], ["small", "1"]])
            let wide = table(try await cluster.succeed("get", "wd", "-o", "wide"))
            #expect(wide == [["NAME", "SIZE", "PHASE", "COLOR"], ["large", "9", "green"], ["small", "1", "red"]])
            let all = table(try await cluster.succeed("get", "widgets", "-A", "--no-headers"))
            #expect(all == [["default", "large", "9"], ["default", "small", "1"]])
            let labels = table(try await cluster.succeed("get", "widgets", "large", "-L", "tier", "--no-headers"))
            #expect(labels == [["large", "9", "gold"]])
        }
    }

    @Test func `get shows built-in kinds with their own columns`() async throws {
        try await withCluster { cluster in
            try await cluster.succeed("create", "configmap", "settings", "--from-literal=a=1", "--from-literal=b=2")
            let rows = table(try await cluster.succeed("get", "configmap", "settings"))
            #expect(rows.first == ["NAME", "DATA", "AGE"])
            #expect(rows.last?.prefix(2) == ["settings", "2"])
            let namespaces = table(try await cluster.succeed("get", "ns"))
            #expect(namespaces.first == ["NAME", "STATUS", "AGE"])
            #expect(namespaces.contains { $0.prefix(2) == ["default", "Active"] })
        }
    }

    @Test func `get prints objects in every form`() async throws {
        try await withWidgets { (cluster) async throws -> Void in
            let yaml = try await cluster.succeed("get", "widget", "small", "-o", "yaml")
            #expect(yaml.contains("apiVersion: example.dev/v1\n"))
            #expect(yaml.contains("\n  size: 1\n"))
            #expect(try await cluster.object("widget", "small")["kind"] == "Widget")
            #expect(try await cluster.succeed("get", "wd", "-o", "name").contains("widget.example.dev/small\n"))
            let path = try await cluster.succeed("get", "wd", "-o", "jsonpath={.items[*].spec.size}")
            #expect(Set(path.split(separator: " ")) == ["1", "9"])
            let sorted = table(
                try await cluster.succeed("get", "wd", "--sort-by=.spec.size", "--no-headers", "-o", "name")
            )
            #expect(sorted == [["widget.example.dev/small"], ["widget.example.dev/large"]])
            let columns = try await cluster.succeed("get", "wd", "small", "-o", "custom-columns=N:.metadata.name")
            #expect(columns == "N\nsmall\n")
        }
    }

    @Test func `selectors choose by label and by field`() async throws {
        try await withWidgets { (cluster) async throws -> Void in
            #expect(try await cluster.succeed("get", "wd", "-l", "tier=gold", "-o", "name").contains("large"))
            #expect(try await cluster.succeed("get", "wd", "-l", "!tier", "-o", "name") == "widget.example.dev/small\n")
            #expect(
                try await cluster.succeed("get", "wd", "-l", "tier in (gold,silver)", "-o", "name")
                    == "widget.example.dev/large\n"
            )
            #expect(
                try await cluster.succeed("get", "wd", "--field-selector", "metadata.name=small", "-o", "name")
                    == "widget.example.dev/small\n"
            )
            let none = try await cluster.kubectl("get", "wd", "-l", "tier=tin")
            #expect(none.status == 0)
            #expect(none.errors == "No resources found in default namespace.\n")
        }
    }

    @Test func `what is missing is named`() async throws {
        try await withWidgets { (cluster) async throws -> Void in
            #expect(
                try await cluster.fail("get", "widget", "nobody")
                    == "Error from server (NotFound): widgets.example.dev \"nobody\" not found\n"
            )
            #expect(
                try await cluster.fail("get", "gadgets")
                    == "error: the server doesn't have a resource type \"gadgets\"\n"
            )
        }
    }

    @Test func `discovery lists groups and resources`() async throws {
        try await withWidgets { (cluster) async throws -> Void in
            let versions = Set(try await cluster.succeed("api-versions").split(separator: "\n").map(String.init))
            #expect(versions.isSuperset(of: ["v1", "example.dev/v1", "apiextensions.k8s.io/v1", "events.k8s.io/v1"]))
            let resources = table(try await cluster.succeed("api-resources", "--no-headers"))
            #expect(resources.contains(["widgets", "wd", "example.dev/v1", "true", "Widget"]))
            #expect(resources.contains(["namespaces", "ns", "v1", "false", "Namespace"]))
            let version = try await cluster.succeed("version", "-o", "json")
            #expect(try JSONValue(parsing: version)["serverVersion"]?["major"] == "1")
        }
    }

    @Test(.needsKubectl(minor: 27, "explain reads OpenAPI 3 since 1.27"))
    func `explain knows the fields of custom and built-in kinds`() async throws {
        try await withWidgets { (cluster) async throws -> Void in
            let size = try await cluster.succeed("explain", "widget.spec.size")
            #expect(size.contains("How large the widget is to be."))
            #expect(size.contains("<integer>"))
            let spec = try await cluster.succeed("explain", "widgets.spec")
            #expect(spec.contains("size"))
            #expect(spec.contains("-required-"))
            let data = try await cluster.succeed("explain", "configmap.data")
            #expect(data.contains("ConfigMap"))
            #expect(data.contains("<map[string]string>"))
        }
    }

    @Test func `describe shows an object and its events`() async throws {
        try await withWidgets { (cluster) async throws -> Void in
            let uid = try await cluster.object("widget", "small")["metadata"]?["uid"]?.string ?? ""
            let event = """
                apiVersion: v1
                kind: Event
                metadata:
                  name: small.1
                  namespace: default
                involvedObject: {apiVersion: example.dev/v1, kind: Widget, name: small, namespace: default, uid: \(uid)}
                type: Normal
                reason: Polished
                message: the widget shines
                source: {component: polisher}
                firstTimestamp: "2026-01-01T00:00:00Z"
                lastTimestamp: "2026-01-01T00:00:00Z"
                count: 1
                """
            try await cluster.succeed("create", "-f", "-", input: event)
            let text = try await cluster.succeed("describe", "widget", "small")
            #expect(text.contains("Name:         small"))
            #expect(text.contains("Size:   1"))
            #expect(text.contains("Polished"))
            #expect(text.contains("the widget shines"))
            let namespace = try await cluster.succeed("describe", "namespace", "default")
            #expect(namespace.contains("Status:       Active"))
            try await cluster.succeed("create", "configmap", "settings", "--from-literal=key=value")
            #expect(try await cluster.succeed("describe", "configmap", "settings").contains("key:\n----\nvalue"))
        }
    }

    @Test func `get -w shows changes as they happen`() async throws {
        try await withWidgets { (cluster) async throws -> Void in
            let watch = cluster.command(
                try Tool.kubectl.required(),
                ["get", "widgets", "-w", "--output-watch-events", "--no-headers"]
            )
            try await watch.running { lines in
                try await lines.wait("the first list") { $0.count == 2 }
                try await cluster.succeed("apply", "-f", "-", input: Widgets.yaml("new", size: 5))
                try await cluster.succeed("patch", "wd", "new", "--type=merge", "-p", #"{"spec":{"size":6}}"#)
                try await cluster.succeed("delete", "wd", "new")
                try await lines.wait("the deletion") { $0.contains { $0.hasPrefix("DELETED") } }
                let events = lines.entries.map { Array($0.split(separator: " ").map(String.init).prefix(3)) }
                #expect(
                    events.suffix(3) == [["ADDED", "new", "5"], ["MODIFIED", "new", "6"], ["DELETED", "new", "6"]]
                )
            }
        }
    }
}

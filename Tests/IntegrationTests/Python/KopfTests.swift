// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@Suite(.needsPython, .needsKubectl, .timeLimit(.minutes(3)))
struct KopfTests {
    @Test func `an operator written with kopf runs unmodified`() async throws {
        try await withCluster(manifests: [Widgets.definition]) { cluster in
            var kopf = cluster.command(
                try Tool.python.required(),
                ["-m", "kopf", "run", "--standalone", "--namespace=default", Tool.script("widget_operator.py")]
            )
            kopf.limit = .seconds(120)
            try await kopf.running { log in
                try await work(with: cluster, log: log)
            }
        }
    }

    private func work(with cluster: Cluster, log: Journal<String>) async throws {
        try await cluster.succeed("apply", "-f", "-", input: Widgets.yaml("w"))
        try await settled("Made", cluster, log)
        let made = try await cluster.object("configmap", "w-made")
        #expect(made["data"] == ["size": "3"])
        #expect(made["metadata"]?["ownerReferences"]?[0]?["kind"] == "Widget")
        let widget = try await cluster.object("widget", "w")
        #expect(widget["metadata"]?["finalizers"]?.array?.isEmpty == false)
        #expect(widget["status"]?["created"] == ["size": 3])

        try await cluster.succeed("patch", "wd", "w", "--type=merge", "-p", #"{"spec":{"size":8}}"#)
        try await settled("Resized from 3 to 8", cluster, log)
        #expect(try await cluster.object("configmap", "w-made")["data"] == ["size": "8"])

        try await cluster.succeed("delete", "wd", "w", "--timeout=30s")
        let epitaph = try await cluster.object("configmap", "w-epitaph")
        #expect(epitaph["data"]?["text"] == "it was a good widget")
        try await cluster.awaitDeletion("configmap/w-made")
        let events = try await cluster.succeed("get", "events", "-o", "jsonpath={.items[*].reason}")
        #expect(events.contains("Made"))
        let complaints = log.entries.filter { $0.contains("Traceback") || $0.contains("[ERROR") }
        #expect(complaints.isEmpty, "\(log.entries.joined(separator: "\n"))")
    }

    /// Waits until the operator has written a phase, asking through a watch rather than again and again.
    private func settled(_ phase: String, _ cluster: Cluster, _ log: Journal<String>) async throws {
        let watch = cluster.command(
            try Tool.kubectl.required(),
            ["get", "wd", "w", "-w", "-o", "jsonpath={.status.phase}{\"\\n\"}"]
        )
        do {
            try await watch.running { lines in
                _ = try await lines.wait("the phase \(phase)", within: .seconds(40)) { $0.contains(phase) }
            }
        } catch let error as DeadlineExceeded {
            Issue.record("the operator did not write \(phase):\n\(log.entries.joined(separator: "\n"))")
            throw error
        }
    }
}

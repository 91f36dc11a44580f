// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AsyncHTTPClient
import DevIdentityProvider
import FoundationEssentials
import KubeClient
import KubeCore
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import TestKit
import Testing

@testable import OperatorCore

/// What an operator at work answers to Prometheus and to the kubelet.
@Suite(.timeLimit(.minutes(2)))
struct EndpointTests {
    private struct Answer {
        let code: Int
        let text: String
        let type: String
    }

    private func fetch(
        _ port: Int,
        _ path: String,
        accept: String = "*/*",
        method: HTTPMethod = .GET
    ) async throws
        -> Answer
    {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        request.headers.add(name: "Accept", value: accept)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 1 << 20)
        return Answer(
            code: Int(response.status.code),
            text: String(buffer: body),
            type: response.headers.first(name: "Content-Type") ?? ""
        )
    }

    private static func serve(_ configuration: inout OperatorConfiguration) {
        configuration.metricsAddress = EndpointAddress("127.0.0.1:0")
        configuration.healthAddress = EndpointAddress("127.0.0.1:0")
        configuration.webhook = .init(
            address: EndpointAddress(host: "127.0.0.1", port: 0),
            hosts: ["127.0.0.1"],
            secret: NamespacedName(namespace: "default", name: "certificate")
        )
        configuration.identity = "a"
        configuration.election = OperatorConfiguration.Election()
    }

    @Test func `metrics are there at zero, count what happens, and forget what is gone`() async throws {
        try await withWorld { world in
            try await world.operating(Self.serve) { process in
                let port = try await #require(process.metricsPort).value
                try await world.eventually("leadership") {
                    try await fetch(port, "/metrics").text.contains(#"leader_election_master_status{name="grantor"} 1"#)
                }
                try await world.create(["a", "b"])
                try await world.reports("Ready=True/Ready")
                let text = try await fetch(port, "/metrics").text
                for line in [
                    #"grantor_admins{namespace="default",app_instance="influxdb"} 2"#,
                    #"grantor_grants_changed_total{action="created"} 2"#,
                    #"grantor_grants_changed_total{action="deleted"} 0"#,
                    #"controller_runtime_reconcile_total{controller="appinstance",result="error"} 0"#,
                    #"grantor_keyset_fetch_total{result="Success"} 1"#,
                    #"grantor_build_info{version="dev"} 1"#,
                ] {
                    #expect(text.contains(line + "\n"), "\(line)")
                }
                #expect(!text.contains("@"))
                #expect(!text.contains("/realms/"))
                let webhook = #"controller_runtime_webhook_requests_total{code="200",webhook="/validate-"#
                #expect(text.contains(webhook))
                try await world.delete(.appInstances, "influxdb")
                try await world.eventually("the series is gone") {
                    try await !fetch(port, "/metrics").text.contains("grantor_admins{")
                }
            }
        }
    }

    @Test func `every family that is served is in the catalogue, and the other way round`() async throws {
        try await withWorld { world in
            let registry = MetricsRegistry()
            try await world.operating(Self.serve, registry: registry) { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                let served = registry.labelsByFamily
                let known = Dictionary(uniqueKeysWithValues: MetricCatalogue.entries.map { ($0.name, Set($0.labels)) })
                for (name, labels) in served { #expect(known[name] == labels, "\(name)") }
                let missing = known.keys.filter { served[$0] == nil && !$0.hasPrefix("process_") }
                #expect(missing.isEmpty, "\(missing)")
            }
        }
    }

    @Test func `each format is served to who asks for it`() async throws {
        try await withWorld { world in
            try await world.operating(Self.serve) { process in
                let port = try await #require(process.metricsPort).value
                let plain = try await fetch(port, "/metrics")
                #expect(plain.code == 200)
                #expect(plain.type == "text/plain; version=0.0.4; charset=utf-8")
                let open = try await fetch(port, "/metrics", accept: "application/openmetrics-text;version=1.0.0")
                #expect(open.type == "application/openmetrics-text; version=1.0.0; charset=utf-8")
                #expect(open.text.hasSuffix("# EOF\n"))
                #expect(try await fetch(port, "/metrics", method: .POST).code == 405)
                #expect(try await fetch(port, "/livez").code == 404)
            }
        }
    }

    @Test func `probes answer, with each check when asked`() async throws {
        try await withWorld { world in
            try await world.operating(Self.serve) { process in
                let port = try await #require(process.healthPort).value
                try await world.eventually("readiness") { try await fetch(port, "/readyz").code == 200 }
                #expect(try await fetch(port, "/readyz").text == "ok")
                let verbose = try await fetch(port, "/livez?verbose").text
                #expect(verbose == "[+]ping ok\n[+]leader-election ok\nlivez check passed\n")
                #expect(try await fetch(port, "/readyz/caches-synced?verbose").text.hasPrefix("[+]caches-synced ok\n"))
                #expect(try await fetch(port, "/readyz/none").code == 404)
                #expect(try await fetch(port, "/metrics").code == 404)
            }
        }
    }

    @Test func `an operator that has read nothing is alive and not ready`() async throws {
        try await withWorld { world in
            try await world.operating { configuration in
                Self.serve(&configuration)
                configuration.kubernetes.server = "http://127.0.0.1:1"
            } _: { process in
                let port = try await #require(process.healthPort).value
                #expect(try await fetch(port, "/livez").code == 200)
                let ready = try await fetch(port, "/readyz")
                #expect(ready.code == 500)
                #expect(ready.text.contains("[-]caches-synced failed: "))
            }
        }
    }

    @Test func `an address that is taken ends the operator with words`() async throws {
        try await withWorld { world in
            try await world.operating(Self.serve) { process in
                let port = try await #require(process.metricsPort).value
                var configuration = OperatorConfiguration(kubernetes: world.kubernetes)
                configuration.metricsAddress = EndpointAddress("127.0.0.1:\(port)")
                let second = try Operator(configuration, host: .live, logger: LogCapture().logger)
                await #expect(throws: (any Error).self) { try await second.run() }
            }
        }
    }

    @Test func `the page of the metrics names every family, with its kind and its labels`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = String(
            decoding: try Data(contentsOf: root.appending(path: "docs/reference/metrics.md")),
            as: UTF8.self
        )
        for entry in MetricCatalogue.entries {
            let labels = entry.labels.map { "`\($0)`" }.joined(separator: ", ")
            let row = "| `\(entry.name)` | \(entry.kind.rawValue) | \(labels) | \(entry.help)"
            #expect(page.contains(row), "\(row)")
        }
    }
}

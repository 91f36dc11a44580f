// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import FoundationEssentials
import KubeClient
import KubeCore
import Subprocess
import TestKit
import Testing
import YAMLSource

/// The admission webhook of the program itself, asked by an API server over HTTPS.
@Suite(.needsGrantor, .timeLimit(.minutes(4)))
struct WebhookTests {
    private static let manifests: [JSONValue] =
        CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance]
        + ["influxdb", "broken"].map { ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string($0)]] }

    private static let name = NamespacedName(namespace: nil, name: "grantor")

    /// Registers the webhooks that are served at some ports.
    private static func register(_ client: KubeClient, ports: [Int], failurePolicy: String) async throws {
        let webhooks = ports.map { port -> JSONValue in
            [
                "name": .string("port-\(port).grantor.dev"), "sideEffects": "None", "admissionReviewVersions": ["v1"],
                "failurePolicy": .string(failurePolicy), "timeoutSeconds": 10,
                "clientConfig": [
                    "url": .string("https://127.0.0.1:\(port)/validate-kubecfg-dev-v1alpha1-appinstance")
                ],
                "rules": [
                    [
                        "apiGroups": ["kubecfg.dev"], "apiVersions": ["v1alpha1"],
                        "operations": ["CREATE", "UPDATE"], "resources": ["appinstances"],
                    ]
                ],
            ]
        }
        _ = try await client.create(
            .validatingWebhookConfigurations,
            [
                "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
                "metadata": ["name": .string(name.name)], "webhooks": .array(webhooks),
            ]
        )
        try await trusted(client)
    }

    /// What the API server is told of whom to trust; waits until every webhook has it.
    @discardableResult
    private static func trusted(_ client: KubeClient) async throws -> String {
        try await withDeadline(.seconds(30), "the API server to be told") {
            while true {
                let configuration = try await client.get(.validatingWebhookConfigurations, name)
                let bundles = (configuration?["webhooks"]?.array ?? []).map {
                    $0["clientConfig"]?["caBundle"]?.string ?? ""
                }
                if let first = bundles.first, bundles.allSatisfy({ $0 == first && !$0.isEmpty }) { return first }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// The port that a program says its webhook is served at.
    static func port(_ process: ProcessControl) async throws -> Int {
        let mark = "server.address=127.0.0.1:"
        let lines = try await process.lines.wait("the webhook", within: .seconds(60)) {
            $0.contains { $0.contains("the webhook is served") && $0.contains(mark) }
        }
        let line = try #require(lines.first { $0.contains("the webhook is served") })
        return try #require(line.firstMatch(of: /server\.address=127\.0\.0\.1:([0-9]+)/).flatMap { Int($0.output.1) })
    }

    private static func withWebhooks(
        _ names: [String],
        options: [String] = [],
        failurePolicy: String = "Ignore",
        _ body: @escaping @Sendable (Cluster, KubeClient, [ProcessControl]) async throws -> Void
    ) async throws {
        try await withCluster(manifests: manifests) { cluster in
            let kubernetes = KubeConfiguration(server: try await cluster.server.address.url)
            try await withTestClient(kubernetes) { client in
                let commands = try names.map { name in
                    try Workspace(home: cluster.home).grantor(
                        [
                            "operator", "--webhook-bind-address", "127.0.0.1:0", "--webhook-host", "127.0.0.1",
                            "--leader-elect", "--leader-elect-identity", name, "--leader-elect-lease-duration", "4s",
                            "--leader-elect-renew-deadline", "2500ms", "--leader-elect-retry-period", "500ms",
                        ] + options
                    )
                }
                try await Command.controlled(commands) { processes in
                    var ports: [Int] = []
                    for process in processes { ports.append(try await Self.port(process)) }
                    try await register(client, ports: ports, failurePolicy: failurePolicy)
                    try await body(cluster, client, processes)
                }
            }
        }
    }

    @Test(.needsKubectl(minor: 21, "kubectl before 1.21 shows no warnings"))
    func `kubectl shows why a block is refused, and of what it is warned; without the webhook all passes`() async throws
    {
        try await Self.withWebhooks(["a"]) { cluster, _, processes in
            let errors = try await cluster.fail("apply", "-f", Samples.path("broken"))
            let sample = try YAMLSource.value(in: Array(try RepositoryText.read("deploy/samples/broken.yaml").utf8))
            let verdict = try #require(AdminRules().validate(try AppInstance(json: sample)))
            #expect(verdict.errors.count == 8)
            for error in verdict.errors { #expect(errors.contains("* \(error)\n"), "\(error) is not in \(errors)") }
            #expect(errors.contains("The AppInstance \"broken\" is invalid"))

            try await cluster.succeed("apply", "-f", Samples.path("keycloak"))
            let doubtful = try String(
                decoding: Data(contentsOf: URL(filePath: Samples.path("keycloak"))),
                as: UTF8.self
            ).replacing("protocol/openid-connect/certs", with: "keys")
            let warned = try await cluster.kubectl("apply", "-f", "-", input: doubtful)
            #expect(warned.status == 0, "\(warned)")
            #expect(warned.errors.contains("Warning: spec.package.spec.admin.jwksEndpoint: "), "\(warned)")

            processes.first?.send(.terminate)
            #expect(try await processes.first?.end() == 0)
            try await cluster.succeed("apply", "-f", Samples.path("broken"))
            let log = processes.first?.lines.entries.joined(separator: "\n") ?? ""
            #expect(!log.contains("PRIVATE KEY") && !log.contains("@"))
        }
    }

    @Test func `the verdict over HTTPS is that of the table`() async throws {
        try await Self.withWebhooks(["a"], failurePolicy: "Fail") { cluster, client, _ in
            for example in AdmissionCases.all {
                let instance = example.instance()
                do {
                    _ = try await client.create(.appInstances, instance, options: WriteOptions(dryRun: true))
                    #expect(example.verdict != .denied, "\(example.name) got through")
                } catch let error as KubeError {
                    #expect(example.verdict == .denied, "\(example.name): \(error.message)")
                    #expect(error.code == .invalid)
                    #expect(error.message.contains(example.field ?? "?"), "\(example.name): \(error.message)")
                }
            }
        }
    }

    @Test func `two replicas renew the certificate, and no handshake ever fails`() async throws {
        let options = ["--webhook-certificate-lifetime", "9s"]
        try await Self.withWebhooks(["a", "b"], options: options, failurePolicy: "Fail") { _, client, _ in
            let instance = try #require(AdmissionCases.all(.allowed).first).instance()
            let end = ContinuousClock.now + .seconds(22)
            var bundles: Set<String> = []
            var asked = 0
            while ContinuousClock.now < end {
                // Each review has a connection of its own to each replica, and a failure is an error of the request.
                _ = try await client.create(
                    .appInstances,
                    instance,
                    options: WriteOptions(dryRun: true)
                )
                asked += 1
                if asked.isMultiple(of: 10) { bundles.insert(try await Self.trusted(client)) }
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(asked > 100)
            #expect(bundles.count >= 4, "there were fewer than two renewals")
        }
    }

    @Test func `a bundle that somebody empties is put back`() async throws {
        try await Self.withWebhooks(["a"]) { _, client, _ in
            let bundle = try await Self.trusted(client)
            _ = try await client.patch(
                .validatingWebhookConfigurations,
                Self.name,
                .json([["op": "remove", "path": "/webhooks/0/clientConfig/caBundle"]])
            )
            #expect(try await Self.trusted(client) == bundle)
        }
    }
}

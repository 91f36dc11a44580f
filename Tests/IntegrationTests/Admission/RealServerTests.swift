// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KubeClient
import KubeCore
import Subprocess
import TestKit
import Testing
import YAMLSource

/// The webhook as deploy/ registers it, asked by the API server of `GRANTOR_TEST_KUBECONFIG`; it must reach this machine.
@Suite(.needsGrantor, .serialized, .needsRealCluster, .timeLimit(.minutes(4)))
struct RealServerTests {
    private static let options = [
        "operator", "--webhook-bind-address", "127.0.0.1:0", "--webhook-host", "127.0.0.1",
        "--webhook-configuration", RealServer.name.name, "--webhook-certificate-lifetime", "9s",
    ]

    @Test func `the verdict is that of the table, through renewals`() async throws {
        try await RealServer.with(Self.options) { server, _ in
            let end = ContinuousClock.now + .seconds(20)
            var rounds = 0
            repeat {
                for example in AdmissionCases.all {
                    let refusal = try await server.refusal(of: example.instance(namespace: server.namespace))
                    #expect(
                        (refusal == nil) == (example.verdict != .denied),
                        "\(example.name): \(refusal?.message ?? "")"
                    )
                    #expect(refusal.map { $0.code == .invalid } ?? true, "\(example.name): \(refusal?.message ?? "")")
                    #expect(refusal?.message.contains(example.field ?? "?") ?? true, "\(example.name)")
                }
                rounds += 1
            } while ContinuousClock.now < end
            #expect(rounds > 1)
        }
    }

    @Test func `what does not concern the admin block never asks`() async throws {
        try await RealServer.with(Self.options) { server, process in
            let instance = try #require(AdmissionCases.all(.allowed).first).instance(namespace: server.namespace)
            _ = try await server.client.create(.appInstances, instance)
            // From now on nobody answers, and who is asked fails.
            process.send(.kill)
            _ = try await process.end()
            let name = NamespacedName(namespace: server.namespace, name: "influxdb")
            let plain = instance.without("admin", named: "plain")
            _ = try await server.client.create(.appInstances, plain)
            let label: JSONValue = ["metadata": ["labels": ["a": "b"]]]
            _ = try await server.client.patch(.appInstances, name, .merge(label))
            let users: JSONValue = ["spec": ["package": ["spec": ["admin": ["users": []]]]]]
            let error = try await #require(throws: KubeError.self) {
                _ = try await server.client.patch(.appInstances, name, .merge(users))
            }
            #expect(error.message.contains("failed calling webhook"), "\(error.message)")
            try await server.client.delete(.appInstances, name)
        }
    }
}

extension JSONValue {
    /// The AppInstance without a part of its package's spec, under another name.
    fileprivate func without(_ part: String, named name: String) -> JSONValue {
        JSONMergePatch([
            "metadata": ["name": .string(name)],
            "spec": ["package": ["spec": .object([part: .null])]],
        ]).applied(to: self)
    }
}

/// A real API server with the definitions, a namespace of the test's own, and a webhook that must not fail.
struct RealServer: Sendable {
    /// The configuration, which is the cluster's: the tests take turns.
    static let name = NamespacedName(namespace: nil, name: "grantor-test")
    static let secret = NamespacedName(namespace: "default", name: "grantor-webhook-certificate")

    let client: KubeClient
    let namespace: String

    /// Why an AppInstance would not be written; `nil` when it would.
    func refusal(of instance: JSONValue) async throws -> KubeError? {
        do {
            _ = try await client.create(.appInstances, instance, options: WriteOptions(dryRun: true))
            return nil
        } catch let error as KubeError {
            return error
        }
    }

    /// Runs the program and registers its webhook for the length of a scope.
    static func with(
        _ options: [String],
        _ body: @escaping @Sendable (RealServer, ProcessControl) async throws -> Void
    ) async throws {
        let path = try #require(RealCluster.kubeconfig)
        let kubernetes = try KubeConfigurationLoader(host: .live).load(kubeconfig: path)
        try await withTestClient(kubernetes) { client in
            let server = RealServer(client: client, namespace: "webhook-\(UUID().uuidString.lowercased().prefix(8))")
            try await server.prepare()
            do {
                try await withWorkspace { workspace in
                    let command = try workspace.grantor(options, environment: ["KUBECONFIG": path])
                    try await command.controlled { process in
                        try await server.register(port: try await WebhookTests.port(process))
                        try await body(server, process)
                    }
                }
            } catch {
                try? await server.clean()
                throw error
            }
            try await server.clean()
        }
    }

    private func prepare() async throws {
        try await clean()
        for definition in CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance] {
            let name = NamespacedName(namespace: nil, name: definition["metadata"]?["name"]?.string ?? "")
            if try await client.get(.customResourceDefinitions, name) == nil {
                _ = try await client.create(.customResourceDefinitions, definition)
            }
        }
        _ = try await client.create(
            .namespaces,
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]]
        )
    }

    /// Registers what deploy/ registers, with an address in the place of the Service and a failure that counts.
    private func register(port: Int) async throws {
        let text = try RepositoryText.read("deploy/admission-webhook/configuration.yaml")
        var configuration = try YAMLSource.value(in: Array(text.utf8))
        var webhook = configuration["webhooks"]?[0]?.object ?? [:]
        webhook["clientConfig"] = [
            "url": .string("https://127.0.0.1:\(port)/validate-kubecfg-dev-v1alpha1-appinstance")
        ]
        webhook["failurePolicy"] = "Fail"
        webhook["timeoutSeconds"] = 10
        // Other tests have namespaces of their own in the same cluster.
        webhook["namespaceSelector"] = ["matchLabels": ["kubernetes.io/metadata.name": .string(namespace)]]
        configuration["webhooks"] = [.object(webhook)]
        configuration["metadata"] = ["name": .string(Self.name.name)]
        _ = try await client.create(.validatingWebhookConfigurations, configuration)
        // The API server hears of the webhook, and of whom to trust, by a watch of its own.
        let denied = try #require(AdmissionCases.all(.denied).first).instance(namespace: namespace)
        try await withDeadline(.seconds(30), "the webhook to be asked") {
            while try await refusal(of: denied)?.code != .invalid { try await Task.sleep(for: .milliseconds(50)) }
        }
    }

    private func clean() async throws {
        try await client.delete(.validatingWebhookConfigurations, Self.name)
        try await client.delete(.secrets, Self.secret)
        try await client.delete(.namespaces, NamespacedName(namespace: nil, name: namespace))
    }
}

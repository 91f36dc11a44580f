// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

/// Validating webhooks that nobody can reach: what they stop, what they let pass, and how they must be written.
struct WebhookTests {
    private static func webhook(_ cluster: Cluster, _ members: JSONObject = [:]) -> JSONValue {
        var webhook: JSONObject = [
            "name": "check.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "timeoutSeconds": 3, "clientConfig": ["url": "https://127.0.0.1:1/x"],
            "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": .string(cluster.namespace)]],
            "rules": [
                [
                    "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE", "DELETE"],
                    "resources": ["configmaps"],
                ]
            ],
        ]
        for (name, value) in members { webhook[name] = value }
        return .object(webhook)
    }

    private static func configuration(_ cluster: Cluster, _ webhooks: [JSONValue]) -> JSONValue {
        [
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
            "metadata": ["name": .string(name(cluster).name)], "webhooks": .array(webhooks),
        ]
    }

    private static func name(_ cluster: Cluster) -> NamespacedName {
        NamespacedName(namespace: nil, name: "webhooks-\(cluster.suffix)")
    }

    /// Registers a webhook for the length of a scope.
    private static func with(
        _ cluster: Cluster,
        _ members: JSONObject = [:],
        _ body: () async throws -> Void
    ) async throws {
        _ = try await cluster.client.create(
            .validatingWebhookConfigurations,
            configuration(cluster, [webhook(cluster, members)])
        )
        do {
            try await body()
        } catch {
            _ = try? await cluster.client.delete(.validatingWebhookConfigurations, name(cluster))
            throw error
        }
        try await cluster.client.delete(.validatingWebhookConfigurations, name(cluster))
    }

    /// Waits until a creation is refused, since a server hears of webhooks by a watch.
    private static func refusal(_ cluster: Cluster) async throws -> Status {
        try await cluster.eventually("the webhook to be asked") {
            do {
                try await cluster.create(.configMaps, "probe", options: WriteOptions(dryRun: true))
                return false
            } catch is KubeError {
                return true
            }
        }
        return try await refused(.serverError) { try await cluster.create(.configMaps, "a") }
    }

    @Test func `a webhook that cannot be reached stops creation, change and deletion`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.configMaps, "old")
            try await Self.with(cluster) {
                let status = try await Self.refusal(cluster)
                let call = "failed calling webhook \"check.example.com\": failed to call webhook: Post "
                let reason = "\"https://127.0.0.1:1/x?timeout=3s\": dial tcp 127.0.0.1:1: connect: connection refused"
                #expect(status.code == 500)
                #expect(status.reason == "InternalError")
                #expect(status.message == "Internal error occurred: \(call)\(reason)")
                #expect(status.causes.map(\.message) == [call + reason])
                _ = try await refused(.serverError) {
                    try await cluster.merge(.configMaps, "old", ["data": ["a": "b"]])
                }
                _ = try await refused(.serverError) {
                    try await cluster.client.delete(.configMaps, cluster.name("old"))
                }
                // What it does not want to be asked about goes on.
                try await cluster.create(.secrets, "a")
            }
        }
    }

    @Test func `a failure that is to be ignored stops nothing`() async throws {
        try await withCluster { cluster in
            try await Self.with(cluster, ["failurePolicy": "Ignore"]) {
                try await cluster.create(.configMaps, "a")
                try await cluster.client.delete(.configMaps, cluster.name("a"))
            }
        }
    }

    @Test func `a Service that is not there is named`() async throws {
        try await withCluster { cluster in
            let service: JSONValue = ["namespace": .string(cluster.namespace), "name": "nosuch", "path": "/p"]
            try await Self.with(cluster, ["clientConfig": ["service": service]]) {
                let message = try await Self.refusal(cluster).message
                let url = "https://nosuch.\(cluster.namespace).svc:443/p?timeout=3s"
                #expect(message.hasSuffix("Post \"\(url)\": service \"nosuch\" not found"), "\(message)")
            }
        }
    }

    @Test func `a configuration is completed with what was left out`() async throws {
        try await withCluster { cluster in
            try await Self.with(cluster, ["timeoutSeconds": .null, "failurePolicy": "Ignore"]) {
                let found = try await cluster.client.get(.validatingWebhookConfigurations, Self.name(cluster))
                let webhook = try #require(found?["webhooks"]?[0])
                #expect(webhook["timeoutSeconds"] == 10)
                #expect(webhook["matchPolicy"] == "Equivalent")
                #expect(webhook["objectSelector"] == [:])
                #expect(webhook["rules"]?[0]?["scope"] == "*")
                #expect(found?["metadata"]?["generation"] == 1)
            }
        }
    }

    @Test func `a configuration says how webhooks are reached, and that they change nothing`() async throws {
        try await withCluster { cluster in
            let service: JSONValue = ["namespace": "default", "name": "a"]
            let webhooks: [JSONValue] = [
                Self.webhook(cluster, ["name": "two.segments"]),
                Self.webhook(cluster, ["name": "a.b.c", "sideEffects": "Some"]),
                Self.webhook(cluster, ["name": "a.b.d", "clientConfig": ["url": "http://127.0.0.1:1/x"]]),
                Self.webhook(cluster, ["name": "a.b.e", "clientConfig": [:]]),
                Self.webhook(
                    cluster,
                    ["name": "a.b.f", "clientConfig": ["url": "https://127.0.0.1:1/x", "service": service]]
                ),
                Self.webhook(cluster, ["name": "a.b.g", "clientConfig": ["url": "https://u@h/x?q=1#f"]]),
                Self.webhook(cluster, ["name": "a.b.h", "timeoutSeconds": 31]),
            ]
            let status = try await refused(.invalid) {
                _ = try await cluster.client.create(
                    .validatingWebhookConfigurations,
                    Self.configuration(cluster, webhooks),
                    options: WriteOptions(dryRun: true)
                )
            }
            #expect(
                status.faults == [
                    "FieldValueInvalid webhooks[0].name", "FieldValueNotSupported webhooks[1].sideEffects",
                    "FieldValueInvalid webhooks[2].clientConfig.url", "FieldValueRequired webhooks[3].clientConfig",
                    "FieldValueRequired webhooks[4].clientConfig", "FieldValueInvalid webhooks[5].clientConfig.url",
                    "FieldValueInvalid webhooks[6].timeoutSeconds",
                ]
            )
        }
    }
}

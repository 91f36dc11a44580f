// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

/// What webhooks are asked, and what becomes of their answers; words and codes are those of kube-apiserver 1.36.2.
struct AdmissionTests {
    private static func server(_ webhook: ScriptedWebhook) -> TestServer {
        TestServer { configuration in
            configuration.definitions += BuiltInResources.admission
            configuration.webhookCaller = webhook
        }
    }

    /// Registers a webhook for ConfigMaps.
    private static func register(_ server: TestServer, _ members: JSONObject = [:]) async throws {
        var webhook: JSONObject = [
            "name": "check.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "clientConfig": ["url": "https://127.0.0.1:9/check"],
            "rules": [
                [
                    "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE", "DELETE"],
                    "resources": ["configmaps"],
                ]
            ],
        ]
        for (name, value) in members { webhook[name] = value }
        try await server.create("validatingwebhookconfigurations", "w", ["webhooks": [.object(webhook)]])
    }

    private static func warnings(_ server: TestServer, _ request: APIRequest) async -> [String] {
        switch await server.handler.handle(request) {
        case .object(_, _, _, let warnings), .status(_, let warnings): warnings
        case .watch: []
        }
    }

    @Test func `a webhook is asked about creation, change and deletion, with both objects`() async throws {
        let webhook = ScriptedWebhook(["allowed": true])
        let server = Self.server(webhook)
        try await Self.register(server)
        try await server.create("configmaps", "a", ["data": ["k": "1"]])
        try await server.send(server.patch(.merge, "configmaps", "a", ["data": ["k": "2"]]))
        try await server.send(server.request(.delete, "configmaps", "a"))
        let calls = webhook.calls
        try #require(calls.count == 3)
        #expect(calls.map { $0["operation"] } == ["CREATE", "UPDATE", "DELETE"])
        #expect(calls.map { $0["object"]["data"]?["k"] } == ["1", "2", nil])
        #expect(calls.map { $0["oldObject"]["data"]?["k"] } == [nil, "1", "2"])
        #expect(calls.allSatisfy { $0["name"] == "a" && $0["namespace"] == "default" && $0["dryRun"] == false })
        #expect(calls[0]["kind"] == ["group": "", "version": "v1", "kind": "ConfigMap"])
        #expect(calls[0]["requestResource"] == ["group": "", "version": "v1", "resource": "configmaps"])
        #expect(calls[0]["object"]["metadata"]?["uid"]?.string?.isEmpty == false)
        #expect(calls[0]["userInfo"]["username"] == "system:admin")
        #expect(calls[0]["options"]["kind"] == "CreateOptions")
        #expect(calls[0].url == "https://127.0.0.1:9/check?timeout=10s")
        #expect(calls[0].timeout == .seconds(10))
        #expect(Set(calls.map { $0["uid"] }).count == 3)
    }

    @Test func `a denial has the words of the webhook, and nothing is written`() async throws {
        let webhook = ScriptedWebhook([
            "allowed": false,
            "status": [
                "code": 422, "reason": "Invalid", "message": "no",
                "details": ["name": "a", "kind": "ConfigMap", "causes": [["message": "why", "field": "data"]]],
            ],
        ])
        let server = Self.server(webhook)
        try await Self.register(server)
        let body = server.object("configmaps", "a")
        let status = try #require(await server.refusal(server.request(.create, "configmaps", body: body)))
        #expect(status.code == 422)
        #expect(status.reason == "Invalid")
        #expect(status.message == "admission webhook \"check.example.com\" denied the request: no")
        #expect(status.causes.map(\.message) == ["why"])
        #expect(try await server.get("configmaps", "a") == nil)
    }

    @Test(arguments: [
        (nil, 400, "denied the request without explanation"),
        (["reason": "Because"] as JSONValue, 400, "denied the request: Because"),
        (["code": 200, "message": "x"] as JSONValue, 400, "denied the request: x"),
        (["code": 403, "message": "x"] as JSONValue, 403, "denied the request: x"),
    ])
    func `a denial is always an error with a reason`(_ status: JSONValue?, _ code: Int, _ ending: String) async throws {
        let webhook = ScriptedWebhook(["allowed": false, "status": status ?? .null])
        let server = Self.server(webhook)
        try await Self.register(server)
        let body = server.object("configmaps", "a")
        let refusal = try #require(await server.refusal(server.request(.create, "configmaps", body: body)))
        #expect(refusal.code == code)
        #expect(refusal.message == "admission webhook \"check.example.com\" \(ending)")
    }

    @Test func `warnings reach the client with the object`() async throws {
        let webhook = ScriptedWebhook(["allowed": true, "warnings": ["one", "two"]])
        let server = Self.server(webhook)
        try await Self.register(server)
        let body = server.object("configmaps", "a")
        #expect(await Self.warnings(server, server.request(.create, "configmaps", body: body)) == ["one", "two"])
        #expect(await Self.warnings(server, server.request(.delete, "configmaps", "a")) == ["one", "two"])
    }

    @Test func `a webhook that fails stops the write, unless its failure is to be ignored`() async throws {
        let webhook = ScriptedWebhook { _ throws(WebhookFailure) in throw WebhookFailure("connect: connection refused")
        }
        let server = Self.server(webhook)
        try await Self.register(server, ["timeoutSeconds": 2])
        let body = server.object("configmaps", "a")
        let request = server.request(.create, "configmaps", body: body)
        let status = try #require(await server.refusal(request))
        #expect(status.code == 500)
        #expect(status.reason == "InternalError")
        #expect(
            status.message
                == "Internal error occurred: failed calling webhook \"check.example.com\": failed to call webhook: "
                + "Post \"https://127.0.0.1:9/check?timeout=2s\": connect: connection refused"
        )
        try await server.send(
            server.patch(
                .json,
                "validatingwebhookconfigurations",
                "w",
                [["op": "replace", "path": "/webhooks/0/failurePolicy", "value": "Ignore"]]
            )
        )
        try await server.send(request)
        #expect(try await server.get("configmaps", "a") != nil)
    }

    struct BadAnswer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: WebhookAnswer
        let ending: String
    }

    @Test(arguments: [
        BadAnswer(
            testDescription: "an error",
            answer: WebhookAnswer(code: 500, body: Array("boom".utf8)),
            ending:
                "failed to call webhook: an error on the server (\"boom\") has prevented the request from succeeding"
        ),
        BadAnswer(
            testDescription: "nothing there",
            answer: WebhookAnswer(code: 404, body: []),
            ending: "failed to call webhook: the server could not find the requested resource"
        ),
        BadAnswer(
            testDescription: "no JSON",
            answer: WebhookAnswer(code: 200, body: Array("<html>".utf8)),
            ending: "failed to call webhook: couldn't get version/kind; json parse error"
        ),
        BadAnswer(
            testDescription: "no response",
            answer: WebhookAnswer(
                code: 200,
                body: Array(#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}"#.utf8)
            ),
            ending: "received invalid webhook response: webhook response was absent"
        ),
        BadAnswer(
            testDescription: "another version",
            answer: WebhookAnswer(
                code: 200,
                body: Array(#"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview"}"#.utf8)
            ),
            ending: "received invalid webhook response: expected webhook response of admission.k8s.io/v1, "
                + "Kind=AdmissionReview, got admission.k8s.io/v1beta1, Kind=AdmissionReview"
        ),
    ])
    func `an answer that is none counts as a failure`(_ example: BadAnswer) async throws {
        let webhook = ScriptedWebhook { _ throws(WebhookFailure) in example.answer }
        let server = Self.server(webhook)
        try await Self.register(server)
        let body = server.object("configmaps", "a")
        let status = try #require(await server.refusal(server.request(.create, "configmaps", body: body)))
        let expected = "Internal error occurred: failed calling webhook \"check.example.com\": \(example.ending)"
        #expect(status.message == expected)
    }

    @Test func `an answer to another question counts as a failure`() async throws {
        let webhook = ScriptedWebhook { _ throws(WebhookFailure) in
            let answer: JSONValue = [
                "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                "response": ["uid": "other", "allowed": true],
            ]
            return WebhookAnswer(code: 200, body: answer.jsonBytes)
        }
        let server = Self.server(webhook)
        try await Self.register(server)
        let body = server.object("configmaps", "a")
        let status = try #require(await server.refusal(server.request(.create, "configmaps", body: body)))
        #expect(status.message.hasSuffix(", got \"other\""))
    }

    @Test func `a Service leads nowhere`() async throws {
        let webhook = ScriptedWebhook(["allowed": true])
        let server = Self.server(webhook)
        let service: JSONValue = ["namespace": "default", "name": "check", "path": "/x", "port": 443]
        try await Self.register(server, ["clientConfig": ["service": service]])
        let body = server.object("configmaps", "a")
        let request = server.request(.create, "configmaps", body: body)
        let absent = try #require(await server.refusal(request))
        #expect(
            absent.message.hasSuffix(
                "Post \"https://check.default.svc:443/x?timeout=10s\": service \"check\" not found"
            )
        )
        try await server.create("services", "check")
        let empty = try #require(await server.refusal(request))
        #expect(empty.message.hasSuffix("no endpoints available for service \"check\""))
        #expect(webhook.calls.isEmpty)
    }

    @Test func `a dry run asks, too, and says so`() async throws {
        let webhook = ScriptedWebhook(["allowed": true])
        let server = Self.server(webhook)
        try await Self.register(server)
        let body = server.object("configmaps", "a")
        let request = server.request(.create, "configmaps", query: ["dryRun": "All"], body: body)
        try await server.send(request)
        #expect(webhook.calls.last?["dryRun"] == true)
        #expect(webhook.calls.last?["options"]["dryRun"] == ["All"])
    }

    struct Matching: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let members: JSONObject
        let isAsked: Bool
    }

    private static func rules(_ resources: [JSONValue], scope: JSONValue = "*", group: JSONValue = "") -> JSONObject {
        [
            "rules": [
                [
                    "apiGroups": [group], "apiVersions": ["*"], "operations": ["*"], "resources": .array(resources),
                    "scope": scope,
                ]
            ]
        ]
    }

    @Test(arguments: [
        Matching(testDescription: "everything", members: rules(["*"]), isAsked: true),
        Matching(testDescription: "every subresource", members: rules(["*/*"]), isAsked: true),
        Matching(testDescription: "a subresource", members: rules(["configmaps/status"]), isAsked: false),
        Matching(testDescription: "another resource", members: rules(["secrets"]), isAsked: false),
        Matching(testDescription: "another group", members: rules(["*"], group: "apps"), isAsked: false),
        Matching(testDescription: "the scope", members: rules(["*"], scope: "Namespaced"), isAsked: true),
        Matching(testDescription: "another scope", members: rules(["*"], scope: "Cluster"), isAsked: false),
        Matching(
            testDescription: "labels of the object",
            members: ["objectSelector": ["matchLabels": ["team": "a"]]],
            isAsked: true
        ),
        Matching(
            testDescription: "other labels of the object",
            members: ["objectSelector": ["matchLabels": ["team": "b"]]],
            isAsked: false
        ),
        Matching(
            testDescription: "the name of the namespace",
            members: [
                "namespaceSelector": [
                    "matchExpressions": [
                        ["key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"]]
                    ]
                ]
            ],
            isAsked: true
        ),
        Matching(
            testDescription: "a namespace that is left out",
            members: [
                "namespaceSelector": [
                    "matchExpressions": [
                        ["key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["default"]]
                    ]
                ]
            ],
            isAsked: false
        ),
    ])
    func `a webhook is asked about what it wants to be asked about`(_ example: Matching) async throws {
        let webhook = ScriptedWebhook(["allowed": true])
        let server = Self.server(webhook)
        try await Self.register(server, example.members)
        try await server.create("configmaps", "a", metadata: ["labels": ["team": "a"]])
        #expect(webhook.calls.isEmpty == !example.isAsked)
    }

    @Test func `nobody is asked about webhooks`() async throws {
        let webhook = ScriptedWebhook(["allowed": false])
        let server = Self.server(webhook)
        try await Self.register(server, Self.rules(["*"], group: "*"))
        try await server.send(server.request(.delete, "validatingwebhookconfigurations", "w"))
        #expect(webhook.calls.isEmpty)
    }

    @Test func `the authorities of a configuration are handed on, and of several webhooks the first denial counts`()
        async throws
    {
        let webhook = ScriptedWebhook(["allowed": false])
        let server = Self.server(webhook)
        let client: JSONValue = ["url": "https://127.0.0.1:9/check", "caBundle": "UEVN"]
        try await Self.register(server, ["clientConfig": client])
        let other: JSONValue = [
            "name": "second.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "clientConfig": client, "rules": [],
        ]
        try await server.create("validatingwebhookconfigurations", "z", ["webhooks": [other]])
        let body = server.object("configmaps", "a")
        let status = try #require(await server.refusal(server.request(.create, "configmaps", body: body)))
        #expect(status.message.contains("check.example.com"))
        #expect(webhook.calls.map(\.authorities) == [Array("PEM".utf8)])
    }
}

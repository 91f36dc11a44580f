// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AsyncHTTPClient
import DevAPIServer
import FoundationEssentials
import KubeClient
import KubeCore
import NIOCore
import NIOHTTP1
import NIOSSL
import TestKit
import Testing

@testable import OperatorCore

/// The webhook of an operator at work, asked over HTTPS.
@Suite(.timeLimit(.minutes(2)))
struct WebhookTests {
    private static let secret = NamespacedName(namespace: "default", name: "certificate")

    private static func serve(_ configuration: inout OperatorConfiguration) {
        configuration.webhook = .init(
            address: EndpointAddress(host: "127.0.0.1", port: 0),
            hosts: ["127.0.0.1"],
            secret: secret
        )
    }

    /// The authorities of the certificate, once there is one.
    private static func authorities(_ world: World) async throws -> [NIOSSLCertificate] {
        try await world.eventually("the certificate is made") {
            try await world.get(.secrets, secret.name)?["data"]?["ca.crt"] != nil
        }
        let encoded = try await world.get(.secrets, secret.name)?["data"]?["ca.crt"]?.string
        let text = try #require(encoded.flatMap { Data(base64Encoded: $0) })
        return try NIOSSLCertificate.fromPEMBytes(Array(text))
    }

    /// Sends something to the webhook.
    private static func send(
        _ body: [UInt8],
        to process: Operator,
        in world: World,
        path: String = WebhookResponder.path,
        method: HTTPMethod = .POST
    ) async throws -> (code: Int, body: [UInt8]) {
        let port = try await #require(process.webhookPort).value
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try await authorities(world))
        var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)\(path)")
        request.method = method
        request.tlsConfiguration = tls
        if method == .POST { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        return (Int(response.status.code), Array(try await response.body.collect(upTo: 1 << 20).readableBytesView))
    }

    private static func review(_ endpoint: String, name: String = "influxdb", labels: JSONObject = [:]) -> JSONValue {
        let user: JSONValue = ["id": "a", "firstName": "A", "lastName": "B", "email": "secret@example.com"]
        return [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": [
                "uid": "u-1", "operation": "CREATE", "name": .string(name), "namespace": "default",
                "kind": ["group": "kubecfg.dev", "version": "v1alpha1", "kind": "AppInstance"],
                "userInfo": ["username": "writer@example.com"],
                "object": [
                    "metadata": ["name": .string(name), "namespace": "default", "labels": .object(labels)],
                    "spec": [
                        "package": [
                            "spec": [
                                "admin": [
                                    "identityProvider": "dex", "jwksEndpoint": .string(endpoint), "users": [user],
                                ]
                            ]
                        ]
                    ],
                ],
            ],
        ]
    }

    private static func isAllowed(_ review: JSONValue, by process: Operator, in world: World) async throws -> Bool {
        let answer = try await send(review.jsonBytes, to: process, in: world)
        #expect(answer.code == 200)
        let json = try JSONValue(parsing: answer.body)
        #expect(json["response"]?["uid"] == "u-1")
        let verdict = try #require(json["response"]?["allowed"])
        return verdict == true
    }

    @Test func `plain http is refused until the AdminAccess permits it, and nobody is named in the log`() async throws {
        try await withWorld { world in
            try await world.operating(Self.serve) { process in
                try await world.eventually("everything is read") { process.isSynced }
                let review = Self.review("http://idp.example.com/keys")
                #expect(try await !Self.isAllowed(review, by: process, in: world))
                _ = try await world.client.create(
                    .adminAccesses,
                    [
                        "apiVersion": "grantor.dev/v1alpha1", "kind": "AdminAccess",
                        "metadata": ["name": "influxdb", "namespace": "default"],
                        "spec": ["allowInsecureEndpoint": true],
                    ]
                )
                try await world.eventually("the AdminAccess is known") {
                    try await Self.isAllowed(review, by: process, in: world)
                }
                let other = Self.review("http://idp.example.com/keys", name: "other")
                #expect(try await !Self.isAllowed(other, by: process, in: world))
                #expect(world.logs.lines.contains { $0.description.contains("an admin block was refused") })
                #expect(!world.logs.lines.contains { $0.description.contains("@") })
            }
        }
    }

    @Test func `who looks after something else has nothing to say`() async throws {
        try await withWorld { world in
            try await world.operating { configuration in
                Self.serve(&configuration)
                configuration.selector = "team=a"
            } _: { process in
                try await world.eventually("everything is read") { process.isSynced }
                let wrong = "http://idp.example.com/keys"
                #expect(try await Self.isAllowed(Self.review(wrong), by: process, in: world))
                let ours = Self.review(wrong, labels: ["team": "a"])
                #expect(try await !Self.isAllowed(ours, by: process, in: world))
            }
            try await world.operating { configuration in
                Self.serve(&configuration)
                configuration.namespaces = ["team-a"]
            } _: { process in
                try await world.eventually("everything is read") { process.isSynced }
                #expect(try await Self.isAllowed(Self.review("http://x/keys"), by: process, in: world))
            }
        }
    }

    @Test func `what is no review gets 400 and nothing breaks`() async throws {
        try await withWorld { world in
            let registry = MetricsRegistry()
            try await world.operating(Self.serve, registry: registry) { process in
                try await world.eventually("everything is read") { process.isSynced }
                let whole = Self.review("https://idp.example.com/keys").jsonBytes
                var bodies: [[UInt8]] = [[], Array("{}".utf8), Array("[".utf8), [0xFF, 0xFE], Array("null".utf8)]
                bodies += stride(from: 1, to: whole.count, by: 97).map { Array(whole.prefix($0)) }
                bodies.append(Array(repeating: UInt8(ascii: "["), count: 100_000))
                for body in bodies {
                    let answer = try await Self.send(body, to: process, in: world)
                    #expect(answer.code == 400, "\(String(decoding: body.prefix(80), as: UTF8.self))")
                }
                let large = [UInt8](repeating: UInt8(ascii: " "), count: WebhookResponder.bodyLimit + 1)
                #expect(try await Self.send(large, to: process, in: world).code == 413)
                #expect(try await Self.send([], to: process, in: world, method: .GET).code == 405)
                #expect(try await Self.send(whole, to: process, in: world, path: "/").code == 404)
                #expect(try await Self.send(whole, to: process, in: world).code == 200)
                let text = String(decoding: registry.exposition(), as: UTF8.self)
                let path = WebhookResponder.path
                let series = "controller_runtime_webhook_requests_total"
                #expect(text.contains("\(series){code=\"400\",webhook=\"\(path)\"} \(bodies.count)\n"))
                #expect(text.contains("\(series){code=\"200\",webhook=\"\(path)\"} 1\n"))
                #expect(text.contains("controller_runtime_webhook_latency_seconds_count{webhook=\"\(path)\"} "))
            }
        }
    }

    @Test func `a replica that stands by serves the certificate of the others`() async throws {
        try await withWorld { world in
            try await world.operating { configuration in
                Self.serve(&configuration)
                configuration.identity = "a"
                configuration.election = .init()
            } _: { first in
                let authorities = try await Self.authorities(world)
                try await world.operating { configuration in
                    Self.serve(&configuration)
                    configuration.identity = "b"
                    configuration.election = .init()
                } _: { second in
                    try await world.eventually("everything is read") { first.isSynced && second.isSynced }
                    let review = Self.review("http://idp.example.com/keys")
                    #expect(try await !Self.isAllowed(review, by: first, in: world))
                    #expect(try await !Self.isAllowed(review, by: second, in: world))
                    #expect(try await Self.authorities(world) == authorities)
                }
            }
        }
    }

    @Test func `without a certificate no replica is ready`() async throws {
        try await withWorld { world in
            world.server.obey { attempt in
                attempt.resource == "secrets" ? attempt.forbidden(to: "operator") : nil
            }
            defer { world.server.obey(nil) }
            try await world.operating { configuration in
                Self.serve(&configuration)
                configuration.healthAddress = EndpointAddress(host: "127.0.0.1", port: 0)
            } _: { process in
                try await world.eventually("everything else is read") { process.isSynced }
                let port = try await #require(process.healthPort).value
                let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/readyz")
                let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
                let text = String(buffer: try await response.body.collect(upTo: 1 << 16))
                #expect(response.status.code == 500)
                #expect(text.contains("[-]webhook-certificate failed: there is no certificate for the webhook yet"))
            }
        }
    }
}

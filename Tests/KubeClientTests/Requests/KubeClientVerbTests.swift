// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import NIOCore
import NIOHTTP1
import TestKit
import Testing

@testable import KubeClient

struct KubeClientVerbTests {
    private static let object: JSONValue = ["metadata": ["name": "x", "namespace": "n"]]
    private static let name = NamespacedName(namespace: "n", name: "x")
    private static let custom = ResourceType(group: "g.io", version: "v1", kind: "Thing", plural: "things")

    @Test func `each verb becomes the request that API servers expect`() async throws {
        try await ScriptedServer.withClient(answer: { _ in .json(#"{"metadata":{"name":"x"}}"#) }) {
            client,
            server async throws in
            _ = try await client.get(Self.custom, Self.name)
            _ = try await client.get(.namespaces, NamespacedName(namespace: nil, name: "default"))
            _ = try await client.create(Self.custom, Self.object)
            _ = try await client.create(.namespaces, ["metadata": ["name": "m"]])
            _ = try await client.update(Self.custom, Self.name, Self.object, subresource: "status")
            _ = try await client.patch(Self.custom, Self.name, .merge(["a": .null]))
            _ = try await client.patch(Self.custom, Self.name, .json([]), options: WriteOptions(dryRun: true))
            _ = try await client.patch(.configMaps, Self.name, .strategicMerge([:]))
            _ = try await client.patch(
                Self.custom,
                Self.name,
                .apply(Self.object, force: true),
                subresource: "status",
                options: WriteOptions(fieldManager: "other/1", fieldValidation: .strict)
            )
            _ = try await client.patch(Self.custom, Self.name, .apply(Self.object, force: false))
            try await client.delete(Self.custom, Self.name)
            try await client.delete(
                Self.custom,
                Self.name,
                options: DeleteOptions(uid: "u", resourceVersion: "7", propagationPolicy: .foreground)
            )
            let things = "/apis/g.io/v1/namespaces/n/things"
            let seen = server.requests.entries.map { "\($0.method) \($0.target)" }
            #expect(
                seen == [
                    "GET \(things)/x",
                    "GET /api/v1/namespaces/default",
                    "POST \(things)?fieldManager=tester",
                    "POST /api/v1/namespaces?fieldManager=tester",
                    "PUT \(things)/x/status?fieldManager=tester",
                    "PATCH \(things)/x?fieldManager=tester",
                    "PATCH \(things)/x?fieldManager=tester&dryRun=All",
                    "PATCH /api/v1/namespaces/n/configmaps/x?fieldManager=tester",
                    "PATCH \(things)/x/status?fieldManager=other%2F1&force=true&fieldValidation=Strict",
                    "PATCH \(things)/x?fieldManager=tester",
                    "DELETE \(things)/x",
                    "DELETE \(things)/x",
                ]
            )
            let types = server.requests.entries.map { $0.header("Content-Type") ?? "-" }
            #expect(
                types == [
                    "-", "-", "application/json", "application/json", "application/json",
                    "application/merge-patch+json", "application/json-patch+json",
                    "application/strategic-merge-patch+json", "application/apply-patch+yaml",
                    "application/apply-patch+yaml", "-", "application/json",
                ]
            )
            #expect(server.requests.entries[2].body == Self.object.jsonText)
            #expect(server.requests.entries[5].body == #"{"a":null}"#)
            let preconditions: JSONValue = [
                "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Foreground",
                "preconditions": ["uid": "u", "resourceVersion": "7"],
            ]
            #expect(try JSONValue(parsing: server.requests.entries[11].body) == preconditions)
        }
    }

    @Test func `a list asks for a page and tells where the next one begins`() async throws {
        let page = """
            {"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"9","continue":"tok","remainingItemCount":3},\
            "items":[{"metadata":{"name":"a"}}]}
            """
        try await ScriptedServer.withClient(answer: { _ in .json(page) }) { client, server async throws in
            let options = ListOptions(
                fieldSelector: "metadata.name=a",
                limit: 1,
                continueToken: "a+/=",
                resourceVersion: "0"
            )
            let list = try await client.list(.configMaps, namespace: "n", options: options)
            #expect(list.items == [["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"]]])
            #expect(list.resourceVersion == "9")
            #expect(list.continueToken == "tok")
            #expect(list.remainingItemCount == 3)
            #expect(
                server.targets == [
                    "/api/v1/namespaces/n/configmaps?fieldSelector=metadata.name%3Da&limit=1&continue=a%2B%2F%3D"
                        + "&resourceVersion=0"
                ]
            )
        }
    }

    @Test func `a list of nothing is empty, an answer that is no list is an error`() async throws {
        try await ScriptedServer.withClient { _ in
            .json(#"{"metadata":{"resourceVersion":"1"},"items":null}"#)
        } _: { client, _ async throws in
            #expect(try await client.list(.configMaps).items.isEmpty)
        }
        for text in ["[]", #"{"items":[]}"#, #"{"metadata":{}}"#, "<html>", ""] {
            try await ScriptedServer.withClient(answer: { _ in .json(text) }) { client, _ async throws in
                let error = try await #require(throws: KubeError.self) { try await client.list(.configMaps) }
                #expect(error.code == .invalidResponse)
                #expect(!error.message.contains("html"))
            }
        }
    }

    @Test func `an object that is missing is nil, a type that is missing is an error`() async throws {
        try await ScriptedServer.withClient { request in
            request.target.contains("configmaps")
                ? .status(404, "NotFound", details: #"{"name":"x","kind":"configmaps"}"#)
                : ScriptedServer.Response(
                    status: 404,
                    headers: [("Content-Type", "text/plain")],
                    steps: [.text("404 page not found\n")]
                )
        } _: { client, _ async throws in
            #expect(try await client.get(.configMaps, Self.name) == nil)
            #expect(try await client.delete(.configMaps, Self.name) == false)
            let error = try await #require(throws: KubeError.self) { try await client.get(Self.custom, Self.name) }
            #expect(error.code == .resourceTypeUnknown)
            #expect(error.message.contains("things.g.io n/x"))
            #expect(try await client.serves(Self.custom) == false)
            #expect(try await client.getRaw("/apis/none") == nil)
        }
    }

    @Test func `names that would change the path are refused before anything is sent`() async throws {
        try await ScriptedServer.withClient(answer: { _ in .json("{}") }) { client, server async throws in
            for name in ["", ".", ".."] {
                let error = try await #require(throws: KubeError.self) {
                    try await client.get(.configMaps, NamespacedName(namespace: "n", name: name))
                }
                #expect(error.code == .badRequest)
            }
            await #expect(throws: KubeError.self) {
                try await client.get(.configMaps, NamespacedName(namespace: "..", name: "x"))
            }
            await #expect(throws: KubeError.self) {
                try await client.get(.configMaps, NamespacedName(namespace: nil, name: "x"))
            }
            #expect(server.requests.count == 0)
            _ = try await client.get(.configMaps, NamespacedName(namespace: "n", name: "a/../b?c=é"))
            #expect(server.targets == ["/api/v1/namespaces/n/configmaps/a%2F..%2Fb%3Fc%3D%C3%A9"])
        }
    }

    @Test func `a request says who asks, as whom, and by what name`() async throws {
        try await ScriptedServer.withClient {
            $0.authorization = .basic(username: "Aladdin", password: Secret("open sesame"))
            $0.userAgent = "grantor/1"
            $0.server += "/prefix/"
            $0.impersonation = .init(user: "boss", uid: "7", groups: ["a", "b"], extra: ["example.com/X": ["1"]])
        } answer: { _ in
            .json(#"{"gitVersion":"v1.34.0","major":"1","minor":"34"}"#)
        } _: { client, server async throws in
            #expect(try await client.serverVersion() == ServerVersion(major: "1", minor: "34", gitVersion: "v1.34.0"))
            let request = try #require(server.requests.entries.first)
            #expect(request.target == "/prefix/version")
            // RFC 7617, section 2.
            #expect(request.header("Authorization") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
            #expect(request.header("User-Agent") == "grantor/1")
            #expect(request.header("Accept") == "application/json")
            #expect(request.header("Impersonate-User") == "boss")
            #expect(request.header("Impersonate-Uid") == "7")
            #expect(request.headers["Impersonate-Group"] == ["a", "b"])
            #expect(request.header("Impersonate-Extra-example.com%2Fx") == "1")
        }
    }

    @Test func `discovery tells whether a type is served under its name and scope`() async throws {
        try await ScriptedServer.withClient { _ in
            .json(
                #"{"kind":"APIResourceList","resources":[{"name":"things","namespaced":true},{"name":"things/status","namespaced":true}]}"#
            )
        } _: { client, server async throws in
            #expect(try await client.serves(Self.custom))
            let cluster = ResourceType(
                group: "g.io",
                version: "v1",
                kind: "Thing",
                plural: "things",
                isNamespaced: false
            )
            #expect(try await client.serves(cluster) == false)
            #expect(server.targets.first == "/apis/g.io/v1")
        }
    }

    @Test func `an answer larger than allowed is an error`() async throws {
        var options = KubeClient.Options(fieldManager: "t")
        options.maximumResponseBytes = 1_000
        let text = #"{"pad":"\#(String(repeating: "x", count: 2_000))"}"#
        let answers = [ScriptedServer.Response.json(text), ScriptedServer.Response(steps: [.text(text)])]
        for answer in answers {
            try await ScriptedServer.withClient(options: options, answer: { _ in answer }) { client, _ async throws in
                let error = try await #require(throws: KubeError.self) { try await client.get(.configMaps, Self.name) }
                #expect(error.code == .tooLarge)
            }
        }
    }

    @Test func `a slow drip does not outlive the deadline`() async throws {
        var options = KubeClient.Options(fieldManager: "t")
        options.requestTimeout = .milliseconds(300)
        let drip = (0..<100).flatMap { _ in [ScriptedServer.Step.text(" "), .pause(.milliseconds(50))] }
        try await ScriptedServer.withClient(options: options, answer: { _ in .init(steps: drip) }) {
            client,
            _ async throws in
            let error = try await #require(throws: KubeError.self) { try await client.get(.configMaps, Self.name) }
            #expect(error.code == .timeout)
        }
    }

    @Test func `a cancelled request throws CancellationError`() async throws {
        try await ScriptedServer.withClient(answer: { _ in .init(steps: [.hang]) }) { client, server async throws in
            let task = Task { try await client.get(.configMaps, Self.name) }
            try await server.requests.wait(count: 1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func `a server that is not there is unreachable at once`() async throws {
        let port = try await ScriptedServer.run(answer: { _ in .json("{}") }) { $0.port }
        try await TestHost().withClient(KubeConfiguration(server: "http://127.0.0.1:\(port)")) { client async throws in
            let started = ContinuousClock.now
            let error = try await #require(throws: KubeError.self) { try await client.serverVersion() }
            #expect(error.code == .unreachable)
            #expect(error.message.contains("127.0.0.1:\(port)"))
            #expect(.now - started < .seconds(5))
        }
    }

    @Test func `a redirect is not followed`() async throws {
        try await ScriptedServer.withClient { request in
            .json("{}", status: 307, headers: [("Location", "http://\(request.header("Host") ?? "")/elsewhere")])
        } _: { client, server async throws in
            let error = try await #require(throws: KubeError.self) { try await client.serverVersion() }
            #expect(error.code == .invalidResponse)
            #expect(server.requests.count == 1)
        }
    }
}

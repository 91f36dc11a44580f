// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import KubeCore
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import TestKit
import Testing

@testable import DevAPIServer

struct DevAPIServerTests {
    private func configMap(_ name: String) -> JSONValue {
        ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": ["x": "1"]]
    }

    @Test func `a taken port is told in one line`() async throws {
        try await withDevAPIServer { first in
            let port = try await first.address.port
            let error = try await #require(throws: DevAPIServerError.self) {
                try await withDevAPIServer(DevAPIServer.Configuration(port: port)) { _ in }
            }
            #expect(error.code == .cannotListen)
            #expect(error.message == "cannot listen on 127.0.0.1:\(port): the port is taken")
        }
    }

    @Test func `a server that ended has no address`() async throws {
        let server = try await withDevAPIServer { server in server }
        let error = try await #require(throws: DevAPIServerError.self) { try await server.address }
        #expect(error.code == .notRunning)
    }

    @Test func `a manifest of an unknown kind keeps the server from listening`() async throws {
        let manifest: JSONValue = ["apiVersion": "x/v1", "kind": "Nothing", "metadata": ["name": "a"]]
        let error = try await #require(throws: DevAPIServerError.self) {
            try await withDevAPIServer(DevAPIServer.Configuration(manifests: [manifest])) { _ in }
        }
        #expect(error.code == .manifestRefused)
    }

    @Test func `manifests are there from the start`() async throws {
        let configuration = DevAPIServer.Configuration(manifests: [configMap("first")])
        try await withDevAPIServer(configuration) { server in
            let url = try await server.address.url
            let received = try await TestClient.send(.GET, "\(url)/api/v1/namespaces/default/configmaps/first")
            #expect(received.code == 200)
        }
    }

    @Test func `a server on the same port may go on with the objects`() async throws {
        let (first, port) = try await withDevAPIServer { server in
            let address = try await server.address
            let path = "\(address.url)/api/v1/namespaces/default/configmaps"
            // A pooled connection would be found dead on the next server, which has the same address.
            let created = try await TestClient.send(
                .POST,
                path,
                headers: [("Connection", "close")],
                body: configMap("kept").jsonText
            )
            #expect(created.code == 201)
            return (server, address.port)
        }
        try await withDevAPIServer(DevAPIServer.Configuration(port: port), continuing: first) { server in
            let url = try await server.address.url
            let path = "\(url)/api/v1/namespaces/default/configmaps/kept"
            let received = try await TestClient.send(.GET, path, headers: [("Connection", "close")])
            #expect(received.code == 200)
        }
        try await withDevAPIServer(DevAPIServer.Configuration(port: port)) { server in
            let url = try await server.address.url
            let path = "\(url)/api/v1/namespaces/default/configmaps/kept"
            let received = try await TestClient.send(.GET, path, headers: [("Connection", "close")])
            #expect(received.code == 404)
        }
    }

    @Test func `a server that goes on serves watches, from versions of before too`() async throws {
        let (first, version) = try await withDevAPIServer { server in
            let path = "\(try await server.address.url)/api/v1/namespaces/default/configmaps"
            let created = try await TestClient.send(.POST, path, body: configMap("a").jsonText)
            return (server, try #require(created.json["metadata"]?["resourceVersion"]?.string))
        }
        try await withDevAPIServer(continuing: first) { server in
            let path = "\(try await server.address.url)/api/v1/namespaces/default/configmaps"
            let lines = Journal<JSONValue>()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await Self.watch("\(path)?watch=true&resourceVersion=\(version)", into: lines) }
                _ = try await TestClient.send(.POST, path, body: configMap("b").jsonText)
                _ = try await TestClient.send(.POST, path, body: configMap("c").jsonText)
                let seen = try await lines.wait(count: 2)
                #expect(seen.map { $0["object"]?["metadata"]?["name"] } == ["b", "c"])
                // Ended from outside, as when it restarts; the reader must come to its end.
                server.closeWatches()
                try await tasks.waitForAll()
            }
        }
    }

    @Test func `a client with a resource version of an earlier run is told so`() async throws {
        let version = try await withDevAPIServer { server in
            let path = "\(try await server.address.url)/api/v1/namespaces/default/configmaps"
            let created = try await TestClient.send(.POST, path, body: configMap("a").jsonText)
            return try #require(created.json["metadata"]?["resourceVersion"]?.string)
        }
        try await withDevAPIServer { server in
            let path = "\(try await server.address.url)/api/v1/namespaces/default/configmaps"
            let lines = Journal<JSONValue>()
            try await Self.watch("\(path)?watch=true&resourceVersion=\(version)", into: lines)
            #expect(lines.entries.map { $0["type"] } == ["ERROR"])
            #expect(lines.entries.first?["object"]?["code"] == 410)
        }
    }

    @Test func `the first resource version can be set`() async throws {
        let configuration = DevAPIServer.Configuration(firstResourceVersion: 1_000)
        try await withDevAPIServer(configuration) { server in
            let path = "\(try await server.address.url)/api/v1/namespaces/default/configmaps"
            let list = try await TestClient.send(.GET, path)
            // Four namespaces were made since.
            #expect(list.json["metadata"]?["resourceVersion"] == "1004")
        }
    }

    @Test func `a watch streams lines and graceful shutdown ends it at once`() async throws {
        let server = try DevAPIServer()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [server],
                logger: LogCapture().logger
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let url = "\(try await server.address.url)/api/v1/namespaces/default/configmaps"
            let lines = Journal<JSONValue>()
            tasks.addTask {
                try await Self.watch("\(url)?watch=true", into: lines)
                lines.append("ended")
            }
            let count = lines.count
            _ = try await TestClient.send(.POST, url, body: configMap("a").jsonText)
            try await lines.wait("the event") { $0.contains { $0["object"]?["metadata"]?["name"] == "a" } }
            #expect(count <= lines.count)
            let clock = ContinuousClock()
            let start = clock.now
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            // A watch lasts minutes by itself; the bound leaves room for a busy machine.
            #expect(clock.now - start < .seconds(15))
            #expect(lines.entries.last == "ended")
        }
    }

    @Test func `a client that goes takes its watch along`() async throws {
        try await withDevAPIServer { server in
            let url = "\(try await server.address.url)/api/v1/configmaps?watch=true"
            for _ in 0..<20 {
                let request = HTTPClientRequest(url: url)
                let response = try await TestClient.shared.execute(request, timeout: .seconds(20))
                #expect(response.status == .ok)
                // The body is dropped unread, which closes the connection.
            }
        }
    }

    @Test func `without roles whoever asks is the administrator and may do everything`() async throws {
        try await withDevAPIServer { server in
            let apis = "\(try await server.address.url)/apis"
            let me = try await TestClient.send(
                .POST,
                "\(apis)/authentication.k8s.io/v1/selfsubjectreviews",
                body: "{}"
            )
            #expect(me.code == 201)
            #expect(me.json[path: ["status", "userInfo", "username"]] == "system:admin")
            let path = "\(apis)/authorization.k8s.io/v1/selfsubjectaccessreviews"
            let question = #"{"spec":{"resourceAttributes":{"verb":"get"}}}"#
            let may = try await TestClient.send(.POST, path, body: question)
            #expect(may.json["status"]?["allowed"] == true)
            #expect(may.json[path: ["spec", "resourceAttributes", "verb"]] == "get")
            #expect(try await TestClient.send(.GET, path).code == 405)
            // Whoever is somebody else may do everything too.
            let bob = [("Impersonate-User", "bob")]
            let his = try await TestClient.send(.POST, path, headers: bob, body: question)
            #expect(his.json["status"]?["allowed"] == true)
        }
    }

    @Test func `with TLS a client needs the authority and the token`() async throws {
        try await withDevAPIServer(DevAPIServer.Configuration(tls: true)) { server in
            let url = try await server.address.url
            let token = try #require(server.token)
            let authority = try #require(server.certificateAuthority)
            var configuration = HTTPClient.Configuration(certificateVerification: .fullVerification)
            configuration.tlsConfiguration?.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8))
            )
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            let bearer = [("Authorization", "Bearer \(token)")]
            let paths = [("/api/v1/namespaces", bearer, 200), ("/api/v1/namespaces", [], 401), ("/livez", [], 200)]
            for (path, headers, code) in paths {
                let received = try await TestClient.send(.GET, url + path, headers: headers, client: client)
                #expect(received.code == code)
            }
            try await client.shutdown()
            // Who does not know the authority gets no connection.
            configuration.tlsConfiguration?.trustRoots = .default
            configuration.timeout.connect = .seconds(1)
            let stranger = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            await #expect(throws: (any Error).self) {
                try await TestClient.send(.GET, "\(url)/livez", client: stranger)
            }
            try await stranger.shutdown()
        }
    }

    @Test func `the kubeconfig leads to the server`() async throws {
        try await withDevAPIServer(DevAPIServer.Configuration(tls: true)) { server in
            let kubeconfig = try await server.kubeconfig()
            let url = try await server.address.url
            #expect(kubeconfig["current-context"] == "grantor-dev")
            #expect(kubeconfig["clusters"]?[0]?["cluster"]?["server"] == .string(url))
            #expect(kubeconfig["clusters"]?[0]?["cluster"]?["certificate-authority-data"]?.string?.isEmpty == false)
            #expect(kubeconfig["users"]?[0]?["user"]?["token"]?.string == server.token)
            #expect(kubeconfig["contexts"]?[0]?["context"]?["namespace"] == "default")
        }
        try await withDevAPIServer { server in
            let kubeconfig = try await server.kubeconfig()
            #expect(kubeconfig["users"]?[0]?["user"] == [:])
        }
    }

    /// Reads a watch to its end.
    private static func watch(_ url: String, into journal: Journal<JSONValue>) async throws {
        let response = try await TestClient.shared.execute(HTTPClientRequest(url: url), deadline: .distantFuture)
        var rest: [UInt8] = []
        for try await chunk in response.body {
            rest.append(contentsOf: chunk.readableBytesView)
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                journal.append((try? JSONValue(parsing: rest[..<end])) ?? .null)
                rest.removeSubrange(...end)
            }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import FoundationEssentials
import KubeCore
import Logging
import NIOCore
import NIOHTTP1
import TestKit

@testable import DevAPIServer

/// An answer as a client sees it.
struct Received: Sendable {
    let code: Int
    let headers: HTTPHeaders
    let bytes: [UInt8]

    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// A server over a closure, and a client for it.
struct ScriptedServer: Sendable {
    let url: String

    func send(
        _ method: HTTPMethod,
        _ path: String,
        headers: [(String, String)] = [],
        body: String? = nil
    ) async throws -> Received {
        try await TestClient.send(method, url + path, headers: headers, body: body)
    }
}

/// Requests without a client's own behaviour: no redirects, no decompression.
enum TestClient {
    static let shared = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
    )

    static func send(
        _ method: HTTPMethod,
        _ url: String,
        headers: [(String, String)] = [],
        body: String? = nil,
        client: HTTPClient = shared
    ) async throws -> Received {
        var request = HTTPClientRequest(url: url)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await client.execute(request, timeout: .seconds(20))
        let buffer = try await response.body.collect(upTo: 64 * 1_024 * 1_024)
        return Received(
            code: Int(response.status.code),
            headers: response.headers,
            bytes: Array(buffer.readableBytesView)
        )
    }
}

/// Serves a closure for the length of a scope.
func withScriptedServer(
    definitions: [ResourceDefinition] = DiscoveryTests.definitions,
    token: String? = nil,
    handle: @escaping @Sendable (APIRequest) async -> APIResponse,
    _ body: (ScriptedServer) async throws -> Void
) async throws {
    let registry = ResourceRegistry(builtIn: definitions)
    let backend = Backend(handle: handle, catalog: { registry.catalog })
    let listening = Pending<ListeningAddress>()
    let responder = HTTPResponder(
        backend: backend,
        gate: AccessGate(token: token),
        now: { Date(timeIntervalSince1970: 1_000) },
        address: { listening.current?.authority ?? "" }
    )
    let listener = HTTPListener(
        host: "127.0.0.1",
        port: 0,
        credentials: nil,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await listener.run(responder: responder, listening: listening) }
        defer { group.cancelAll() }
        try await body(ScriptedServer(url: try await listening.value.url))
    }
}

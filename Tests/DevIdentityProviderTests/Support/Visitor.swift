// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import KubeCore
import NIOCore
import NIOHTTP1

/// A client that follows no redirect and has a deadline on everything.
struct Visitor: Sendable {
    /// An answer with its whole body.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]

        var json: JSONValue {
            get throws { try JSONValue(parsing: body) }
        }

        func header(_ name: String) -> String? {
            headers.first(name: name)
        }
    }

    let client: HTTPClient

    func get(_ url: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send("GET", url, headers: headers, body: nil)
    }

    func post(_ url: String, _ body: JSONValue) async throws -> Answer {
        let bytes = ByteBuffer(bytes: JSONWriter.bytes(body))
        return try await send("POST", url, headers: [("content-type", "application/json")], body: bytes)
    }

    func send(
        _ method: String,
        _ url: String,
        headers: [(String, String)] = [],
        body: ByteBuffer? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        request.headers = HTTPHeaders(headers)
        if let body { request.body = .bytes(body) }
        let response = try await client.execute(request, timeout: .seconds(20))
        let collected = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            body: Array(collected.readableBytesView)
        )
    }
}

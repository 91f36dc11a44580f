// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubeCore
import NIOCore

/// A whole answer, ready to be sent.
struct HTTPAnswer: Sendable {
    /// The status code.
    var code: Int
    /// The value of `Content-Type`.
    var contentType: String
    /// Further headers.
    var headers: HTTPFields = [:]
    /// The body.
    var body: ByteBuffer
    /// The status that the answer is, for the audit log; `nil` for objects and documents.
    private(set) var status: Status?
    /// The name of the object that was created under a name of the client's choice, for the audit log.
    var createdName: String?

    /// Creates an answer from bytes.
    init(code: Int = 200, contentType: String, bytes: [UInt8]) {
        self.code = code
        self.contentType = contentType
        body = ByteBuffer(bytes: bytes)
    }

    /// Creates an answer in JSON.
    init(code: Int = 200, json: JSONValue) {
        self.init(code: code, contentType: "application/json", bytes: JSONWriter.bytes(json))
    }

    /// Creates an answer for people.
    init(code: Int = 200, text: String) {
        self.init(code: code, contentType: "text/plain; charset=utf-8", bytes: Array(text.utf8))
        headers[.xContentTypeOptions] = "nosniff"
    }

    /// Creates an answer from a status.
    init(_ status: Status) {
        self.init(code: status.code, json: status.json)
        self.status = status
        if status.retryAfterSeconds > 0 { headers[.retryAfter] = String(status.retryAfterSeconds) }
    }

    /// Adds warnings that clients show to people (`Warning: 299`, RFC 7234, 5.5), 4 KiB at most.
    mutating func add(warnings: [String]) {
        var left = 4_096
        for warning in warnings {
            var text = ""
            for scalar in warning.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
                if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
                text.unicodeScalars.append(scalar)
            }
            left -= text.utf8.count
            guard left >= 0 else { return }
            headers.append(HTTPField(name: Self.warning, value: "299 - \"\(text)\""))
        }
    }

    /// The head of the answer.
    var head: HTTPResponse {
        var fields = headers
        fields[.contentType] = contentType
        if fields[.cacheControl] == nil { fields[.cacheControl] = "no-cache, private" }
        fields[.contentLength] = String(body.readableBytes)
        return HTTPResponse(
            status: HTTPResponse.Status(code: (100...599).contains(code) ? code : 500),
            headerFields: fields
        )
    }

    private static let warning = HTTPField.Name("Warning") ?? .retryAfter
}

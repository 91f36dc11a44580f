// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The document of OpenAPI 2, which clients since Kubernetes 1.27 do without.
///
/// Older ones ask for it as protobuf before each `apply` and give up without it. A document that knows no kind is enough
/// for them: what is not in it is not validated by the client, and the server validates anyway.
enum OpenAPIv2 {
    private static let protobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"

    /// An empty document in protobuf or JSON, or 406.
    static func answer(accept: String?) -> HTTPAnswer {
        if let accept, accept.contains(protobuf) {
            // The name that is asked for is no media type (`@` is not allowed in one), and clients fail to read it back.
            return HTTPAnswer(contentType: "application/octet-stream", bytes: protobufDocument)
        }
        guard ResponseForm(accept: accept) != nil else { return HTTPAnswer(.notAcceptable) }
        return HTTPAnswer(
            json: [
                "swagger": "2.0",
                "info": ["title": "Kubernetes", "version": .string(ServerVersion.gitVersion)],
                "paths": [:],
                "definitions": [:],
            ]
        )
    }

    /// `openapi.v2.Document` of gnostic: 1 `swagger`, 2 `info` (1 `title`, 2 `version`), 8 `paths`, 9 `definitions`.
    private static var protobufDocument: [UInt8] {
        let info = field(1, Array("Kubernetes".utf8)) + field(2, Array(ServerVersion.gitVersion.utf8))
        return field(1, Array("2.0".utf8)) + field(2, info) + field(8, []) + field(9, [])
    }

    /// A field of fewer than 128 bytes.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(truncatingIfNeeded: bytes.count)] + bytes
    }
}

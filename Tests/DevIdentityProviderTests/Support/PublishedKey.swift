// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import FoundationEssentials
import KubeCore
import Testing

/// A key as its readers see it, which verifies tokens with nothing but the published members.
struct PublishedKey {
    let members: JSONObject

    var keyID: String? { members["kid"]?.string }

    /// The parts of a compact JWT.
    struct Token {
        let header: JSONValue
        let claims: JSONValue
        let signed: [UInt8]
        let signature: [UInt8]

        init(_ text: String) throws {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            try #require(parts.count == 3)
            header = try JSONValue(parsing: decodeBase64URL(parts[0]))
            claims = try JSONValue(parsing: decodeBase64URL(parts[1]))
            signature = try decodeBase64URL(parts[2])
            signed = Array("\(parts[0]).\(parts[1])".utf8)
        }
    }

    func verifies(_ token: Token) throws -> Bool {
        switch members["kty"] {
        case "RSA":
            let key = try _RSA.Signing.PublicKey(n: Data(number("n")), e: Data(number("e")))
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: Data(token.signature)),
                for: SHA256.hash(data: token.signed),
                padding: .insecurePKCS1v1_5
            )
        case "EC":
            let key = try P256.Signing.PublicKey(rawRepresentation: number("x") + number("y"))
            return key.isValidSignature(
                try P256.Signing.ECDSASignature(rawRepresentation: token.signature),
                for: SHA256.hash(data: token.signed)
            )
        default:
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: number("x"))
            return key.isValidSignature(Data(token.signature), for: Data(token.signed))
        }
    }

    private func number(_ name: String) throws -> [UInt8] {
        try decodeBase64URL(try #require(members[name]?.string))
    }
}

/// Decodes base64url, refusing padding and the standard alphabet.
func decodeBase64URL(_ text: String) throws -> [UInt8] {
    try #require(!text.utf8.contains { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") })
    let standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    return Array(try #require(Data(base64Encoded: String(standard) + padding)))
}

/// The keys that a key set lists.
func keys(of document: JSONValue) throws -> [PublishedKey] {
    try #require(document["keys"]?.array).map { PublishedKey(members: try #require($0.object)) }
}

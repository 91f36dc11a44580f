// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeCore

/// What is taken from a token's header (RFC 7515, 4).
///
/// Parameters that say where or what the key is (`jku`, `jwk`, `x5u`, `x5c`, `x5t`) are never looked into: keys come
/// from the key set alone. That they are there is noted, since few honest tokens have them.
struct TokenHeader {
    /// What the signature claims to be; `nil` for a name that is not known here, `none` and HMACs among them.
    let algorithm: SignatureAlgorithm?
    /// The key id; `nil` when there is none.
    let kid: KeyID?
    /// The parameters that are there and were not looked into, in the order of `ignoredNames`.
    let ignored: [String]

    /// The parameters that would let a token choose its own key.
    static let ignoredNames = ["jku", "jwk", "x5c", "x5t", "x5t#S256", "x5u"]

    init(_ bytes: [UInt8]) throws(DenialReason) {
        guard case .object(let members)? = try? JSONParser(maximumDepth: TokenLimits.depth).parse(bytes) else {
            throw .invalidHeader
        }
        if members["enc"] != nil || members["zip"] != nil { throw .encrypted }
        // RFC 7515, 4.1.11: what is named there must be understood, and nothing is; an empty list is not allowed.
        // RFC 7797, 3: without `crit`, `b64` must not be there, but some would heed it.
        if members["crit"] != nil || members["b64"] != nil { throw .criticalHeader }
        try Self.checkTypes(members)
        switch members["kid"] {
        case nil: kid = nil
        case .string(let text): kid = KeyID(text)
        default: throw .invalidHeader
        }
        guard case .string(let name) = members["alg"] else { throw .invalidHeader }
        algorithm = SignatureAlgorithm.allCases.first { UTF8Order.equal($0.rawValue, name) }
        ignored = Self.ignoredNames.filter { members[$0] != nil }
    }

    /// Checks `cty` and `typ`.
    ///
    /// Only what is meant for a service is taken: a logout token or a proof of possession is signed with the same keys
    /// and names the same client (RFC 8725, 3.11).
    private static func checkTypes(_ members: JSONObject) throws(DenialReason) {
        switch members["cty"] {
        case nil: break
        // RFC 7519, 5.2: the content is a token itself.
        case .string(let type) where mediaType(type) == "jwt": throw .nestedToken
        case .string: break
        default: throw .invalidHeader
        }
        switch members["typ"] {
        case nil: break
        case .string(let type):
            let type = mediaType(type)
            // RFC 9068, 2.1; Okta writes `application/okta-internal-at+jwt`.
            guard type == "jwt" || type == "at+jwt" || type.hasSuffix("-at+jwt") else { throw .tokenTypeNotAccepted }
        default: throw .invalidHeader
        }
    }

    /// A media type in lower case and without `application/`, which may be left out (RFC 7515, 4.1.9).
    private static func mediaType(_ text: String) -> String {
        let lower = text.lowercased()
        let prefix = "application/"
        return lower.hasPrefix(prefix) ? String(lower.dropFirst(prefix.count)) : lower
    }
}

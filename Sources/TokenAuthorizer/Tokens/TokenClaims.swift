// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The claims that decide (RFC 7519, 4.1), read from a token whose signature is right.
public struct TokenClaims: Sendable, Hashable {
    /// What a claim that holds a user's id may be.
    public enum UserID: Sendable, Hashable {
        /// There is no such claim.
        case missing
        /// The claim is no string, is empty or is longer than a user id may be.
        case invalid
        /// The id; a byte string.
        case id(String)
    }

    /// Who issued the token.
    public let issuer: String?
    /// Whom it is for.
    public let audiences: [String]
    /// When it expires, in seconds since 1970.
    public let expiry: Double?
    /// Before when it is not valid, in seconds since 1970.
    public let notBefore: Double?
    /// When it was issued, in seconds since 1970.
    public let issuedAt: Double?
    /// The id of the user.
    public let userID: UserID

    init(_ bytes: [UInt8], userIDClaim: String) throws(DenialReason) {
        guard case .object(let members)? = try? JSONParser(maximumDepth: TokenLimits.depth).parse(bytes) else {
            throw .invalidPayload
        }
        issuer = try Self.text(members["iss"])
        audiences = try Self.audiences(members["aud"])
        expiry = try Self.time(members["exp"])
        notBefore = try Self.time(members["nbf"])
        issuedAt = try Self.time(members["iat"])
        userID = Self.userID(members[userIDClaim])
    }

    private static func text(_ value: JSONValue?) throws(DenialReason) -> String? {
        switch value {
        case nil: nil
        case .string(let text): text
        default: throw .invalidClaim
        }
    }

    /// One string, or a list of strings (RFC 7519, 4.1.3).
    private static func audiences(_ value: JSONValue?) throws(DenialReason) -> [String] {
        switch value {
        case nil: return []
        case .string(let text): return [text]
        case .array(let elements):
            guard elements.count <= TokenLimits.audiences else { throw .invalidClaim }
            var result: [String] = []
            result.reserveCapacity(elements.count)
            for element in elements {
                guard case .string(let text) = element else { throw .invalidClaim }
                result.append(text)
            }
            return result
        default: throw .invalidClaim
        }
    }

    /// A number of seconds, which may have a fraction (RFC 7519, 2), within sane bounds.
    private static func time(_ value: JSONValue?) throws(DenialReason) -> Double? {
        let seconds: Double
        switch value {
        case nil: return nil
        case .integer(let integer): seconds = Double(integer)
        case .number(let number): seconds = number
        default: throw .invalidClaim
        }
        guard seconds >= 0, seconds <= TokenLimits.time else { throw .invalidClaim }
        return seconds
    }

    private static func userID(_ value: JSONValue?) -> UserID {
        switch value {
        case nil, .null: .missing
        case .string(let id) where !id.isEmpty && id.utf8.count <= TokenLimits.userID: .id(id)
        default: .invalid
        }
    }
}

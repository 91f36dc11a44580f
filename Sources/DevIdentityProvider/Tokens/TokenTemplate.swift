// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
public import KubeCore

/// What a token is to say, and whatever is to be wrong with it.
public struct TokenTemplate: Hashable, Sendable {
    /// The user's id: `sub`, or `oid` in a realm of the Entra shape.
    public var userID: String
    /// The accepted recipients, `aud`: a string when there is one, absent when there is none.
    public var audiences: [String]
    /// The time from issue to expiry; negative for a token that is born expired.
    public var lifetime: Duration
    /// How long ago the token claims to have been issued.
    public var age: Duration
    /// Claims added to the usual ones or put in their place; `null` takes one away.
    public var claims: JSONObject
    /// Header parameters added to the usual ones or put in their place; `null` takes one away.
    public var header: JSONObject
    /// The key to sign with, withdrawn ones included; `nil` for the active one.
    public var keyID: String?
    /// The algorithm whose active key signs; `nil` for the realm's first.
    public var algorithm: SigningAlgorithm?

    /// Creates a template for a good token of five minutes.
    public init(
        userID: String,
        audiences: [String] = [],
        lifetime: Duration = .seconds(300),
        age: Duration = .zero,
        claims: JSONObject = [:]
    ) {
        self.userID = userID
        self.audiences = audiences
        self.lifetime = lifetime
        self.age = age
        self.claims = claims
        header = [:]
        keyID = nil
        algorithm = nil
    }

    /// Signs the token (RFC 7515 section 7.1).
    func token(
        key: SigningKey,
        keyID: String,
        issuer: String,
        tenant: String,
        shape: RealmShape,
        now: Date
    ) throws(ProviderError) -> String {
        let usualHeader: JSONObject = [
            "alg": .string(key.algorithm.rawValue), "kid": .string(keyID), "typ": "JWT",
        ]
        let payload = usualClaims(issuer: issuer, tenant: tenant, shape: shape, now: now)
        let signed = part(usualHeader, overlaid: header) + "." + part(payload, overlaid: claims)
        return signed + "." + Base64URL.encode(try key.signature(for: Array(signed.utf8)))
    }

    private func usualClaims(issuer: String, tenant: String, shape: RealmShape, now: Date) -> JSONObject {
        let issued = Int64(now.timeIntervalSince1970.rounded(.down)) - age.components.seconds
        var claims: JSONObject = [
            "iss": .string(issuer),
            "iat": .integer(issued),
            "nbf": .integer(issued),
            "exp": .integer(issued + lifetime.components.seconds),
        ]
        switch (audiences.first, audiences.count) {
        case (nil, _): break
        case (let only?, 1): claims["aud"] = .string(only)
        default: claims["aud"] = .array(audiences.map { .string($0) })
        }
        guard shape == .entra else {
            claims["sub"] = .string(userID)
            return claims
        }
        // Entra's subject differs for each application, which is why its object id is the one to compare.
        let pairwise = SHA256.hash(data: Array("\(tenant) \(userID) \(audiences.first ?? "")".utf8))
        claims["sub"] = .string(Base64URL.encode(pairwise))
        claims["oid"] = .string(userID)
        claims["tid"] = .string(tenant)
        claims["ver"] = "2.0"
        return claims
    }

    private func part(_ usual: JSONObject, overlaid changes: JSONObject) -> String {
        var members = usual
        for (name, value) in changes {
            members[name] = value.isNull ? nil : value
        }
        return Base64URL.encode(JSONWriter.bytes(.object(members)))
    }
}

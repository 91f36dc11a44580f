// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import KubeCore
import Synchronization

/// Makes and checks the tokens of service accounts (`TokenRequest`): signed JWTs with an audience and an end.
///
/// A token is good while its service account, and the object that it is bound to, are there with the identity of then.
final class ServiceAccountTokens: Sendable {
    /// Who issues them, and the audience of those for this server.
    static let issuer = "https://kubernetes.default.svc.cluster.local"

    /// Why a token is no good.
    struct Refusal: Error, Sendable {
        /// In the words of the real server.
        let message: String

        static let invalid = Refusal(message: "invalid bearer token")

        /// The message beside the one that no other way of proof knew the token either.
        static func because(_ reason: String) -> Refusal {
            Refusal(message: "[invalid bearer token, \(reason)]")
        }
    }

    /// A token that is good.
    struct Proof: Sendable {
        /// Who has it.
        let caller: Caller
        /// The audiences that it is for.
        let audiences: [String]
    }

    private struct Known: Sendable {
        let claims: ServiceAccountClaims
        let caller: Caller
    }

    private let key: P256.Signing.PrivateKey
    private let keyID: String
    private let now: @Sendable () -> Date
    private let identity: @Sendable (ServiceAccountClaims.Reference) -> String?
    private let known = Mutex<[String: Known]>([:])

    /// No more tokens than this are remembered.
    private static let capacity = 1_024

    /// Creates a signer with a key of its own.
    ///
    /// - Parameters:
    ///   - now: The wall clock.
    ///   - identity: The `uid` of an object; `nil` when it does not exist.
    init(now: @escaping @Sendable () -> Date, identity: @escaping @Sendable (ServiceAccountClaims.Reference) -> String?)
    {
        self.now = now
        self.identity = identity
        key = P256.Signing.PrivateKey()
        keyID = Base64URL.encode(SHA256.hash(data: key.publicKey.derRepresentation))
    }

    /// The public key as a JWK set (RFC 7517), for `/openid/v1/jwks`.
    var keySet: JSONValue {
        let point = Array(key.publicKey.x963Representation.dropFirst())
        return [
            "keys": [
                [
                    "use": "sig", "kty": "EC", "kid": .string(keyID), "crv": "P-256", "alg": "ES256",
                    "x": .string(Base64URL.encode(point.prefix(32))), "y": .string(Base64URL.encode(point.suffix(32))),
                ]
            ]
        ]
    }

    /// Makes a token.
    ///
    /// - Throws: The error of the signer, which needs only random numbers.
    func sign(_ claims: ServiceAccountClaims) throws -> String {
        let header: JSONValue = ["alg": "ES256", "kid": .string(keyID)]
        let content = "\(Base64URL.encode(JSONWriter.bytes(header))).\(Base64URL.encode(JSONWriter.bytes(claims.json)))"
        let signature = try key.signature(for: Array(content.utf8))
        return "\(content).\(Base64URL.encode(signature.rawRepresentation))"
    }

    /// Who has a token that is for this server; `nil` when it is no good.
    func caller(of token: String) -> Caller? {
        try? prove(token, audiences: [Self.issuer]).caller
    }

    /// Checks a token.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - audiences: One of these it must be for.
    /// - Returns: Who has it, and which of the audiences it is for.
    /// - Throws: `Refusal` that says why it is no good.
    func prove(_ token: String, audiences: [String]) throws(Refusal) -> Proof {
        let known = try look(up: token)
        let time = Int64(now().timeIntervalSince1970)
        if time >= known.claims.expiry { throw .because("service account token has expired") }
        // A clock that was set back makes no token good that is not yet.
        if time < known.claims.issued - 5 { throw .because("service account token is not valid yet") }
        for reference in known.claims.references where identity(reference) != reference.uid {
            throw .because("service account token has been invalidated")
        }
        let shared = known.claims.audiences.filter { audience in
            audiences.contains { UTF8Order.equal($0, audience) }
        }
        if shared.isEmpty {
            throw .because(
                "token audiences \(AccessRule.quoted(known.claims.audiences)) is invalid for the target audiences "
                    + AccessRule.quoted(audiences)
            )
        }
        return Proof(caller: known.caller, audiences: shared)
    }

    /// What a token says; its signature is checked once.
    private func look(up token: String) throws(Refusal) -> Known {
        if let found = known.withLock({ $0[token] }) { return found }
        let claims = try read(token)
        let fresh = Known(claims: claims, caller: Caller(claims.user))
        known.withLock { known in
            if known.count >= Self.capacity { known = [:] }
            known[token] = fresh
        }
        return fresh
    }

    private func read(_ token: String) throws(Refusal) -> ServiceAccountClaims {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]),
            let head = try? JSONValue(parsing: header), head["alg"] == "ES256", head["kid"]?.string == keyID,
            let content = try? JSONValue(parsing: payload)
        else { throw .invalid }
        guard let signed = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
            key.publicKey.isValidSignature(signed, for: Array("\(parts[0]).\(parts[1])".utf8)),
            let claims = ServiceAccountClaims(content)
        else { throw .because("service account token is not signed by this server") }
        return claims
    }
}

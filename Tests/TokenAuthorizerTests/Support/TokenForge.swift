// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import Crypto
import CryptoExtras
import FoundationEssentials
import KeySets
import KubeCore
import TokenAuthorizer

/// Makes tokens, right and wrong ones, byte by byte.
struct TokenForge: Sendable {
    /// A key pair.
    enum Pair: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    /// One key of each type, made once: an RSA key takes a while.
    static let shared = try? TokenForge()
    /// The time that all tokens of tests are judged at.
    static let now = Date(timeIntervalSince1970: 1_795_000_000)
    static let issuer = "https://idp.example.com/realms/db"
    static let audience = "influxdb"
    static let userID = "8f1c5ad6-2f3c-4e9b-9d0e-0d8c7f4b5a61"

    let rsa: _RSA.Signing.PrivateKey
    let p256 = P256.Signing.PrivateKey()
    let p384 = P384.Signing.PrivateKey()
    let p521 = P521.Signing.PrivateKey()
    let ed25519 = Curve25519.Signing.PrivateKey()

    init() throws {
        rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    }

    /// The key pair that signs with an algorithm.
    func pair(_ algorithm: SignatureAlgorithm) -> Pair {
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa(rsa)
        case .es256: .p256(p256)
        case .es384: .p384(p384)
        case .es512: .p521(p521)
        case .edDSA, .ed25519: .ed25519(ed25519)
        }
    }

    /// The public half of the key for an algorithm, without a declared algorithm unless given.
    func key(
        _ algorithm: SignatureAlgorithm,
        kid: KeyID? = "k1",
        declaring declared: SignatureAlgorithm? = nil
    ) throws -> VerificationKey {
        VerificationKey(kid: kid, material: try Self.material(pair(algorithm)), algorithm: declared)
    }

    static func material(_ pair: Pair) throws -> KeyMaterial {
        switch pair {
        case .rsa(let key):
            let numbers = try key.publicKey.getKeyPrimitives()
            return .rsa(modulus: Array(numbers.modulus), exponent: Array(numbers.publicExponent))
        case .p256(let key):
            let point = key.publicKey.rawRepresentation
            return .ec(.p256, x: Array(point.prefix(32)), y: Array(point.suffix(32)))
        case .p384(let key):
            let point = key.publicKey.rawRepresentation
            return .ec(.p384, x: Array(point.prefix(48)), y: Array(point.suffix(48)))
        case .p521(let key):
            let point = key.publicKey.rawRepresentation
            return .ec(.p521, x: Array(point.prefix(66)), y: Array(point.suffix(66)))
        case .ed25519(let key):
            return .ed25519(Array(key.publicKey.rawRepresentation))
        }
    }

    /// Signs a text.
    func signature(_ text: String, _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        let data = Data(text.utf8)
        return switch algorithm {
        case .rs256:
            Array(try rsa.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation)
        case .rs384:
            Array(try rsa.signature(for: SHA384.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation)
        case .rs512:
            Array(try rsa.signature(for: SHA512.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation)
        case .ps256: Array(try rsa.signature(for: SHA256.hash(data: data), padding: .PSS).rawRepresentation)
        case .ps384: Array(try rsa.signature(for: SHA384.hash(data: data), padding: .PSS).rawRepresentation)
        case .ps512: Array(try rsa.signature(for: SHA512.hash(data: data), padding: .PSS).rawRepresentation)
        case .es256: Array(try p256.signature(for: data).rawRepresentation)
        case .es384: Array(try p384.signature(for: data).rawRepresentation)
        case .es512: Array(try p521.signature(for: data).rawRepresentation)
        case .edDSA, .ed25519: Array(try ed25519.signature(for: data))
        }
    }

    /// The header of a good token.
    static func header(_ algorithm: SignatureAlgorithm = .es256, kid: String? = "k1") -> JSONObject {
        var header: JSONObject = ["alg": .string(algorithm.rawValue), "typ": "JWT"]
        header["kid"] = kid.map { .string($0) }
        return header
    }

    /// The claims of a good token.
    static var claims: JSONObject {
        let now = Int64(now.timeIntervalSince1970)
        return [
            "iss": .string(issuer), "aud": .string(audience), "sub": .string(userID),
            "iat": .integer(now - 10), "nbf": .integer(now - 10), "exp": .integer(now + 290),
        ]
    }

    /// A token of any header and claims, signed with the key of the algorithm.
    func token(
        header: JSONObject = Self.header(),
        claims: JSONObject = Self.claims,
        signedWith algorithm: SignatureAlgorithm = .es256
    ) throws -> String {
        try token(
            headerText: JSONValue.object(header).jsonText,
            claimsText: JSONValue.object(claims).jsonText,
            signedWith: algorithm
        )
    }

    /// A token of any texts as header and claims.
    func token(
        headerText: String,
        claimsText: String,
        signedWith algorithm: SignatureAlgorithm = .es256
    ) throws -> String {
        let signed = Base64URL.encode(headerText.utf8) + "." + Base64URL.encode(claimsText.utf8)
        return signed + "." + Base64URL.encode(try signature(signed, algorithm))
    }

    /// A good token with some claims changed; `null` takes one away.
    func token(changing changes: JSONObject) throws -> String {
        var claims = Self.claims
        for (name, value) in changes { claims[name] = value.isNull ? nil : value }
        return try token(claims: claims)
    }

    /// A good token with some header parameters changed; `null` takes one away.
    func token(changingHeader changes: JSONObject) throws -> String {
        var header = Self.header()
        for (name, value) in changes { header[name] = value.isNull ? nil : value }
        return try token(header: header)
    }

    /// An authorizer that allows the good token of an algorithm.
    func authorizer(
        _ algorithm: SignatureAlgorithm = .es256,
        policy: TokenPolicy = Self.policy,
        keys: [VerificationKey]? = nil,
        users: [AdminUser] = [user()]
    ) throws -> TokenAuthorizer {
        TokenAuthorizer(
            policy: policy,
            keys: KeyRing(KeySet(keys: try keys ?? [key(algorithm)])),
            users: UserDirectory(users)
        )
    }

    static var policy: TokenPolicy { TokenPolicy(issuer: issuer, audiences: [audience]) }

    static func user(id: String = userID, groups: [AdminUser.Group] = [.admin]) -> AdminUser {
        AdminUser(id: id, firstName: "Jane", lastName: "Doe", email: "jane@example.com", groups: groups)
    }
}

extension TokenAuthorizer {
    /// Judges at the time of the tests.
    func judge(_ token: String) -> Judgement {
        judge(token, at: TokenForge.now)
    }
}

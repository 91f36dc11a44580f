// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import FoundationEssentials
import KeySets
import KubeCore
import Testing

@testable import TokenAuthorizer

/// Which algorithm verifies a token, and what its signature looks like.
struct AlgorithmTests {
    private let forge: TokenForge

    init() throws {
        forge = try #require(TokenForge.shared)
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `each algorithm verifies its own signatures, and no other's`(algorithm: SignatureAlgorithm) throws {
        let authorizer = try forge.authorizer(algorithm)
        let good = try forge.token(header: TokenForge.header(algorithm), signedWith: algorithm)
        #expect(authorizer.judge(good).decision == .allow)
        #expect(authorizer.judge(good).evidence.algorithm == algorithm)
        let twins: Set<SignatureAlgorithm> = [.edDSA, .ed25519]
        for other in SignatureAlgorithm.allCases where other != algorithm && !twins.isSuperset(of: [algorithm, other]) {
            let confused = try forge.token(header: TokenForge.header(algorithm), signedWith: other)
            #expect(authorizer.judge(confused).reason == .signatureInvalid)
        }
    }

    @Test(arguments: ["none", "None", "nOnE", "NONE", "", " none", "none\0"])
    func `no spelling of the algorithm none is accepted, with or without a signature`(name: String) throws {
        let signed = try forge.token(changingHeader: ["alg": .string(name)])
        let bare = signed.prefix(through: try #require(signed.lastIndex(of: ".")))
        for token in [signed, String(bare)] {
            #expect(try forge.authorizer().judge(token).reason == .algorithmNotAllowed)
        }
    }

    @Test(arguments: ["HS256", "HS384", "HS512"])
    func `a public key is never a secret for an HMAC`(name: String) throws {
        let header: JSONObject = ["alg": .string(name), "kid": "k1"]
        let signed =
            Base64URL.encode(JSONValue.object(header).jsonBytes) + "."
            + Base64URL.encode(JSONValue.object(TokenForge.claims).jsonBytes)
        let secrets = [
            Data(forge.rsa.publicKey.pemRepresentation.utf8), forge.rsa.publicKey.derRepresentation,
            Data(try forge.key(.rs256).json.jsonBytes),
        ]
        for secret in secrets {
            let mac = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: secret))
            let judgement = try forge.authorizer(.rs256).judge(signed + "." + Base64URL.encode(mac))
            #expect(judgement.reason == .algorithmNotAllowed)
        }
    }

    @Test(arguments: ["es256", "ES256K", "RS1", "ES521", "RSA-OAEP", "dir", "EdDSA25519", "Ed448", "ＥＳ256"])
    func `an unknown or misspelt algorithm is not allowed`(name: String) throws {
        let judgement = try forge.authorizer().judge(forge.token(changingHeader: ["alg": .string(name)]))
        #expect(judgement.reason == .algorithmNotAllowed)
        #expect(judgement.evidence.algorithm == nil)
    }

    @Test func `without alg in the key, its type and curve decide and not the token`() throws {
        for (algorithm, other) in [
            (SignatureAlgorithm.rs256, SignatureAlgorithm.es256), (.es256, .es384), (.edDSA, .rs256),
        ] {
            let token = try forge.token(header: TokenForge.header(other), signedWith: other)
            #expect(try forge.authorizer(algorithm).judge(token).reason == .algorithmNotOfKey)
        }
    }

    @Test func `the first token seen pins nothing`() throws {
        let authorizer = try forge.authorizer(.rs256)
        let forged = try forge.token(header: TokenForge.header(.rs512), signedWith: .es256)
        #expect(authorizer.judge(forged).reason == .signatureInvalid)
        let good = try forge.token(header: TokenForge.header(.rs256), signedWith: .rs256)
        #expect(authorizer.judge(good).decision == .allow)
    }

    @Test func `a key that declares its algorithm verifies no other`() throws {
        let keys = [try forge.key(.rs256, declaring: .rs256)]
        let token = try forge.token(header: TokenForge.header(.ps256), signedWith: .ps256)
        #expect(try forge.authorizer(keys: keys).judge(token).reason == .algorithmNotOfKey)
    }

    @Test func `the policy narrows what keys allow`() throws {
        var policy = TokenForge.policy
        policy.algorithms = [.es256]
        let token = try forge.token(header: TokenForge.header(.rs256), signedWith: .rs256)
        #expect(try forge.authorizer(.rs256, policy: policy).judge(token).reason == .algorithmNotAllowed)
    }

    @Test func `keys and addresses of keys in the header are not looked at, and noted`() throws {
        let attacker = P256.Signing.PrivateKey()
        let jwk = VerificationKey(kid: "k1", material: try TokenForge.material(.p256(attacker))).json
        var header = TokenForge.header()
        header["jwk"] = jwk
        header["jku"] = "https://evil.example.com/keys"
        header["x5u"] = "http://169.254.169.254/"
        header["x5c"] = ["MIIB"]
        #expect(try forge.authorizer().judge(forge.token(header: header)).decision == .allow)
        let signed =
            Base64URL.encode(JSONValue.object(header).jsonBytes) + "."
            + Base64URL.encode(JSONValue.object(TokenForge.claims).jsonBytes)
        let signature = try attacker.signature(for: Data(signed.utf8)).rawRepresentation
        let judgement = try forge.authorizer().judge(signed + "." + Base64URL.encode(signature))
        #expect(judgement.reason == .signatureInvalid)
        #expect(judgement.evidence.ignoredParameters == ["jku", "jwk", "x5c", "x5u"])
    }

    @Test(arguments: [SignatureAlgorithm.es256, .es384, .es512])
    func `an ECDSA signature of zeros, in DER, or of another length is wrong`(algorithm: SignatureAlgorithm) throws {
        let good = try forge.token(header: TokenForge.header(algorithm), signedWith: algorithm)
        let dot = try #require(good.lastIndex(of: "."))
        let signed = String(good[..<dot])
        let signature = try #require(Base64URL.decode(String(good[good.index(after: dot)...])))
        let count = signature.count
        let der =
            switch algorithm {
            case .es256: Array(try P256.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation)
            case .es384: Array(try P384.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation)
            default: Array(try P521.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation)
            }
        let half = Array(signature.prefix(count / 2))
        let zeros = [UInt8](repeating: 0, count: count / 2)
        let forgeries = [
            zeros + zeros, half + zeros, zeros + signature.suffix(count / 2), [UInt8](repeating: 0xFF, count: count),
            der,
            [], half, signature + [0], [0] + signature, Array(signature.dropLast()),
            [0] + half + [0] + signature.suffix(count / 2),
        ]
        for forgery in forgeries {
            let judgement = try forge.authorizer(algorithm).judge(signed + "." + Base64URL.encode(forgery))
            #expect(judgement.reason == .signatureInvalid)
        }
    }
}

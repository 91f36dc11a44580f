// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import KeySets
import KubeCore
import Testing

@testable import TokenAuthorizer

/// Which key verifies a token.
struct KeyRingTests {
    private let forge: TokenForge

    init() throws {
        forge = try #require(TokenForge.shared)
    }

    private func reason(_ token: String, _ keys: [VerificationKey], retained: [VerificationKey] = []) -> DenialReason? {
        let authorizer = TokenAuthorizer(
            policy: TokenForge.policy,
            keys: KeyRing(KeySet(keys: keys), retained: retained),
            users: UserDirectory([TokenForge.user()])
        )
        return authorizer.judge(token).reason
    }

    private func otherKey(kid: KeyID?) throws -> VerificationKey {
        VerificationKey(kid: kid, material: try TokenForge.material(.p256(P256.Signing.PrivateKey())))
    }

    @Test func `an unknown key id is never verified with another key`() throws {
        let token = try forge.token(header: TokenForge.header(kid: "k2"))
        #expect(reason(token, [try forge.key(.es256)]) == .keyUnknown)
        #expect(reason(token, [try forge.key(.es256, kid: nil)]) == .keyUnknown)
        #expect(reason(token, [try forge.key(.es256), try otherKey(kid: "k2")]) == .signatureInvalid)
    }

    @Test(arguments: ["../../etc/passwd", "k1' OR '1'='1", "https://evil.example.com/k", "", "k1\0", "K1", "k1 "])
    func `a key id is a place in a table and nothing else`(kid: String) throws {
        let token = try forge.token(header: TokenForge.header(kid: kid))
        #expect(reason(token, [try forge.key(.es256)]) == .keyUnknown)
    }

    @Test func `key ids are compared byte by byte`() throws {
        let composed = "caf\u{E9}"
        let decomposed = "cafe\u{301}"
        #expect(composed == decomposed)
        let token = try forge.token(header: TokenForge.header(kid: decomposed))
        #expect(reason(token, [try forge.key(.es256, kid: KeyID(composed))]) == .keyUnknown)
        #expect(reason(token, [try forge.key(.es256, kid: KeyID(decomposed))]) == nil)
    }

    @Test func `a token without key id is verified if exactly one key fits its algorithm`() throws {
        let token = try forge.token(header: TokenForge.header(kid: nil))
        #expect(reason(token, [try forge.key(.es256)]) == nil)
        #expect(reason(token, [try forge.key(.es256, kid: nil)]) == nil)
        #expect(reason(token, [try forge.key(.es256), try forge.key(.rs256, kid: "k2")]) == nil)
        #expect(reason(token, [try forge.key(.es256), try otherKey(kid: "k2")]) == .keyIDMissing)
        #expect(reason(token, [try forge.key(.rs256)]) == .keyIDMissing)
        // A key that is no longer listed is for tokens that name it.
        #expect(reason(token, [try forge.key(.rs256)], retained: [try forge.key(.es256)]) == .keyIDMissing)
    }

    @Test func `an empty key set denies, and there is no key to fall back to`() throws {
        #expect(reason(try forge.token(), []) == .keysUnavailable)
    }

    @Test func `a retained key verifies tokens that name it, until the id is used again`() throws {
        let token = try forge.token()
        #expect(reason(token, [try otherKey(kid: "k2")], retained: [try forge.key(.es256)]) == nil)
        #expect(reason(token, [try otherKey(kid: "k1")], retained: [try forge.key(.es256)]) == .signatureInvalid)
    }

    @Test func `one key listed once per algorithm is one key`() throws {
        let keys = [try forge.key(.rs256, declaring: .rs256), try forge.key(.rs256, declaring: .ps256)]
        for algorithm in [SignatureAlgorithm.rs256, .ps256] {
            let token = try forge.token(header: TokenForge.header(algorithm), signedWith: algorithm)
            #expect(reason(token, keys) == nil)
        }
        let token = try forge.token(header: TokenForge.header(.rs512), signedWith: .rs512)
        #expect(reason(token, keys) == .algorithmNotOfKey)
    }

    @Test func `one id may stand for a key of each type`() throws {
        let keys = [try forge.key(.rs256), try forge.key(.es256), try forge.key(.edDSA)]
        for algorithm in [SignatureAlgorithm.rs256, .es256, .edDSA] {
            let token = try forge.token(header: TokenForge.header(algorithm), signedWith: algorithm)
            #expect(reason(token, keys) == nil)
        }
    }

    @Test func `two different keys of one id are never tried in turn`() throws {
        let keys = [try forge.key(.es256), try otherKey(kid: "k1")]
        #expect(reason(try forge.token(), keys) == .algorithmNotOfKey)
    }

    @Test func `a key set with two keys of one id, an HMAC key or a private key verifies nothing with them`() throws {
        let good = try forge.key(.es256).json
        let twin = try otherKey(kid: "k1").json
        let sound = try forge.key(.es256, kid: "k3").json
        var leaked = try #require(sound.object)
        leaked["d"] = "AAAA"
        let hmac: JSONValue = ["kty": "oct", "kid": "k4", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"]
        let document: JSONValue = ["keys": [good, twin, .object(leaked), hmac, try forge.key(.rs256, kid: "r").json]]
        let set = try KeySet.parse(document.jsonBytes)
        for kid in ["k1", "k3", "k4"] {
            #expect(reason(try forge.token(header: TokenForge.header(kid: kid)), set.keys) == .keyUnknown)
        }
    }

    @Test func `a key of an unknown type beside it keeps no key from verifying`() throws {
        let pqc: JSONValue = ["kty": "AKP", "alg": "ML-DSA-44", "kid": "pq", "pub": "AAAA"]
        let document: JSONValue = ["keys": [pqc, try forge.key(.es256).json, .null, ["kty": "EC"]]]
        #expect(reason(try forge.token(), try KeySet.parse(document.jsonBytes).keys) == nil)
    }
}

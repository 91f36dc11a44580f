// Grantor
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeySets
import KubeCore
import Testing

@testable import TokenAuthorizer

/// Signatures of Project Wycheproof, as Fixtures/wycheproof.json has them.
struct WycheproofTests {
    private let document: JSONValue

    init() throws {
        let file = try #require(Bundle.module.resourceURL).appending(path: "Fixtures/wycheproof.json")
        document = try JSONValue(parsing: Data(contentsOf: file))
    }

    @Test func `all signatures are judged as they should be`() throws {
        var judged: [String: Int] = [:]
        for group in try #require(document["signatures"]?.array) {
            let name = try #require(group["alg"]?.string)
            let algorithm = try #require(SignatureAlgorithm(rawValue: name))
            // A key that a key set ignores verifies nothing, so that its vectors have nothing to show.
            guard let set = try? KeySet.parse(JSONValue.object(["keys": [group["key"] ?? .null]]).jsonBytes) else {
                continue
            }
            let key = try #require(set.keys.first.flatMap(PreparedKey.init))
            for test in try #require(group["tests"]?.array) {
                let message = try #require(test[1]?.string.flatMap(Base64URL.decode))
                let signature = try #require(test[2]?.string.flatMap(Base64URL.decode))
                let expected = try #require(test[3]?.string)
                let isValid = key.verifies(signature, of: message[...], with: algorithm)
                if expected != "acceptable" {
                    #expect(isValid == (expected == "valid"), "\(group["file"]?.string ?? "") \(test[0]?.integer ?? 0)")
                }
                judged[name, default: 0] += 1
            }
        }
        #expect(
            judged.keys.sorted() == [
                "ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512",
            ]
        )
        #expect(judged.values.reduce(0, +) > 1_500)
    }

    @Test func `no forged token of the JWS vectors passes, and the genuine ones of sound keys do`() throws {
        var passed: [String: Int] = [:]
        for group in try #require(document["jws"]?.array) {
            let name = try #require(group["name"]?.string)
            let set = try? KeySet.parse(JSONValue.object(["keys": [group["key"] ?? .null]]).jsonBytes)
            let authorizer = TokenAuthorizer(
                policy: TokenForge.policy,
                keys: KeyRing(set ?? KeySet(keys: [])),
                users: UserDirectory([])
            )
            for test in try #require(group["tests"]?.array) {
                let judgement = authorizer.judge(try #require(test[2]?.string))
                let isVerified = judgement.outcome(of: .signature) == .passed
                if isVerified { passed[name, default: 0] += 1 }
                let isGenuine = test[3]?.string == "valid"
                #expect(isGenuine || !isVerified, "\(name) \(test[0]?.integer ?? 0): \(test[1]?.string ?? "")")
                #expect(judgement.decision == .deny)
            }
        }
        // The vectors for HMACs, and those of keys for encryption, are genuine by their own lights only.
        let names = [
            "SpecialCaseEs256", "es256", "ps256", "ps384", "ps512", "rfc7520", "rfc7520WithKeyOps", "rs256", "rs384",
            "rs512",
        ]
        #expect(passed.keys.sorted() == names)
    }
}

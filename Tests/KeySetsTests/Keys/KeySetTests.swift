// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import Foundation
import KeySets
import KubeCore
import Testing

struct KeySetTests {
    private func reason(_ key: JSONValue) throws -> IgnoredKey.Reason? {
        let good = try #require(try Fixtures.goodKeys().last)
        return try KeySet.parse(Fixtures.set([key, good])).ignored.first?.reason
    }

    @Test func `the thumbprint is that of the example of RFC 7638`() throws {
        let key: JSONValue = [
            "kty": "RSA",
            "n": .string(
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCi"
                    + "FV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZ"
                    + "gnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBn"
                    + "iIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
            ),
            "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        ]
        let set = try KeySet.parse(Fixtures.set([key]))
        #expect(set.keys.first?.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }

    @Test func `what is written can be read again and is the same set`() throws {
        for file in ["baseline-good.json", "kid-odd.json", "missing-kid.json", "null-members.json"] {
            let set = try KeySet.parse(Fixtures.bytes(file, in: .hostile))
            let again = try KeySet.parse(set.json.jsonBytes)
            #expect(again.keys == set.keys)
            #expect(again.hash == set.hash)
        }
        let set = try KeySet.parse(Fixtures.bytes("canaille-like.json", in: .providers))
        #expect(try KeySet.parse(set.json.jsonBytes).keys == set.keys)
    }

    @Test func `a composed and a decomposed key id are two`() throws {
        let set = try KeySet.parse(Fixtures.bytes("kid-odd.json", in: .hostile))
        #expect("\u{E9}" == "e\u{301}")
        #expect(KeyID("\u{E9}") != KeyID("e\u{301}"))
        #expect(set.keys(withID: "\u{E9}").count == 1)
        #expect(set.keys(withID: "e\u{301}").count == 1)
        #expect(set.keys(withID: "e\u{301}").first?.kid?.text.utf8.count == 3)
    }

    @Test func `a key is found by its id, and a key without id by none`() throws {
        let set = try KeySet.parse(Fixtures.bytes("null-members.json", in: .hostile))
        #expect(set.keys(withID: "good").map(\.kid) == ["good"])
        #expect(set.keys(withID: "a").count == 1)
        #expect(set.keys(withID: "").isEmpty)
        #expect(set.keys(withID: "zzz").isEmpty)
        #expect(set.contains("a") && !set.contains("b"))
    }

    @Test func `a kid of 512 bytes is taken and one more is not`() throws {
        let key = try #require(try Fixtures.goodKeys().first)
        let long = String(repeating: "k", count: 512)
        #expect(try KeySet.parse(Fixtures.set([Fixtures.changed(key, ["kid": .string(long)])])).contains(KeyID(long)))
        #expect(try reason(Fixtures.changed(key, ["kid": .string(long + "k")])) == .keyIDTooLong)
    }

    @Test func `one key listed once per algorithm is no ambiguity`() throws {
        let key = try #require(try Fixtures.goodKeys().first)
        let set = try KeySet.parse(
            Fixtures.set([Fixtures.changed(key, ["alg": "RS256"]), Fixtures.changed(key, ["alg": "PS256"])])
        )
        #expect(set.keys(withID: "good").flatMap(\.algorithms) == [.ps256, .rs256])
    }

    @Test func `keys of two types under one id do not disturb each other`() throws {
        let keys = try Fixtures.goodKeys().map { Fixtures.changed($0, ["kid": "same"]) }
        let set = try KeySet.parse(Fixtures.set(keys))
        #expect(Set(set.keys(withID: "same").map(\.type)) == [.rsa, .ec])
    }

    @Test func `two different keys under one id both go, and the others stay`() throws {
        let different = try Fixtures.keys("duplicate-kid-different.json")
        let other = try #require(try Fixtures.goodKeys().last)
        let set = try KeySet.parse(Fixtures.set(different + [other]))
        #expect(set.keys.map(\.kid) == ["good-ec"])
        #expect(set.ignored.map(\.reason) == [.ambiguousKeyID, .ambiguousKeyID])
    }

    @Test func `a set of which nothing is usable says what was wrong with each key`() throws {
        let key = try #require(try Fixtures.goodKeys().first)
        let document = Fixtures.set([Fixtures.changed(key, ["use": "enc"]), Fixtures.changed(key, ["n": nil])])
        let error = try #require(throws: KeySetError.self) { try KeySet.parse(document) }
        #expect(error.code == .noUsableKey)
        #expect(Set(error.ignored.map(\.reason)) == [.notForSignatures, .malformed])
    }

    @Test func `private members of any kind expose a key, also beside other faults`() throws {
        let key = try #require(try Fixtures.goodKeys().first)
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            #expect(try reason(Fixtures.changed(key, [member: "AQAB"])) == .privateKeyExposed)
        }
        #expect(try reason(Fixtures.changed(key, ["d": "AQAB", "use": "enc"])) == .privateKeyExposed)
        #expect(try reason(Fixtures.changed(key, ["d": nil])) == nil)
        #expect(try reason(Fixtures.changed(key, ["d": .null])) == nil)
    }

    @Test func `encryption algorithms without use mean another purpose`() throws {
        let key = try #require(try Fixtures.goodKeys().first)
        #expect(try reason(Fixtures.changed(key, ["use": nil, "alg": "RSA-OAEP-256"])) == .notForSignatures)
        #expect(try reason(Fixtures.changed(key, ["use": "wrap"])) == .notForSignatures)
        #expect(try reason(Fixtures.changed(key, ["alg": "None"])) == .unsupportedAlgorithm)
        #expect(try reason(Fixtures.changed(key, ["alg": ""])) == .unsupportedAlgorithm)
        #expect(try reason(Fixtures.changed(key, ["kty": "rsa"])) == .unsupportedKeyType)
        #expect(try reason(Fixtures.changed(key, ["kty": nil])) == .malformed)
    }

    @Test func `every small-order point and every number beyond the prime is refused for Ed25519`() throws {
        let hex = [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ]
        for digits in hex {
            let bytes = stride(from: 0, to: 64, by: 2).compactMap { index in
                UInt8(digits.dropFirst(index).prefix(2), radix: 16)
            }
            #expect(bytes.count == 32)
            #expect(try reason(okp(Data(bytes))) == .offCurve, "\(digits)")
        }
        #expect(try reason(okp(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)) == nil)
    }

    private func okp(_ point: Data) -> JSONValue {
        let text = point.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=",
            with: ""
        )
        return ["kty": "OKP", "crv": "Ed25519", "kid": "o", "x": .string(text)]
    }

    @Test func `padding is taken and impossible lengths are not`() throws {
        let key = try #require(try Fixtures.goodKeys().last)
        let x = try #require(key["x"]?.string)
        #expect(x.utf8.count == 43)
        #expect(try reason(Fixtures.changed(key, ["kid": "p", "x": .string(x + "=")])) == nil)
        #expect(try reason(Fixtures.changed(key, ["kid": "p", "x": .string(x + "==")])) == .malformed)
        #expect(try reason(Fixtures.changed(key, ["kid": "p", "x": .string(x + "AA")])) == .malformed)
        #expect(try reason(Fixtures.changed(key, ["kid": "p", "x": ""])) == .offCurve)
    }

    @Test func `an algorithm for another curve does not fit`() throws {
        let key = try #require(try Fixtures.goodKeys().last)
        #expect(try reason(Fixtures.changed(key, ["kid": "p", "alg": "ES512"])) == .algorithmMismatch)
        #expect(try reason(Fixtures.changed(key, ["kid": "p", "alg": "EdDSA"])) == .algorithmMismatch)
        #expect(try reason(Fixtures.changed(key, ["kid": "p", "crv": "P-384"])) == .offCurve)
    }

    @Test func `stored keys are used only as far as somebody vouches for them`() throws {
        let set = try KeySet.parse(Fixtures.bytes("baseline-good.json", in: .hostile))
        let trusted = try #require(set.keys.first)
        #expect(set.restricted(toThumbprints: [trusted.thumbprint]).keys == [trusted])
        #expect(set.restricted(toThumbprints: []).isEmpty)
    }

    @Test func `a key id is shown without control characters`() {
        #expect(KeyID("a\u{1B}[31m\n\u{E9}").description == "a\\u{1B}[31m\\n\\u{00E9}")
    }
}

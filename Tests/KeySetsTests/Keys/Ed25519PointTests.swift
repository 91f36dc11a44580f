// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import KubeCore
import Testing

@testable import KeySets

/// Points of Ed25519 that would verify signatures nobody made.
struct Ed25519PointTests {
    /// The y coordinates of the points whose order divides eight, and encodings of them that are not reduced
    /// (Cremers, Jackson: "Prime, Order Please!", table 5), little-endian.
    static let bad = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]

    private static func bytes(_ hex: String) -> [UInt8] {
        var result: [UInt8] = []
        var rest = hex[...]
        while !rest.isEmpty {
            result.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return result
    }

    @Test(arguments: bad)
    func `a point of small order is refused, with either sign of x`(_ hex: String) throws {
        var encoded = Self.bytes(hex)
        #expect(encoded.count == 32)
        #expect(!Ed25519Point.isAcceptable(encoded))
        encoded[31] |= 0x80
        #expect(!Ed25519Point.isAcceptable(encoded))
        let jwk: JSONValue = ["keys": [["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(encoded))]]]
        let error = #expect(throws: KeySetError.self) { try KeySet.parse(Array(jwk.jsonText.utf8)) }
        #expect(error?.code == .noUsableKey)
        #expect(error?.ignored.map(\.reason) == [.offCurve])
    }

    @Test func `the greatest number below the prime that is no such point is let through`() {
        var encoded = [UInt8](repeating: 0xFF, count: 32)
        encoded[0] = 0xEB
        encoded[31] = 0x7F
        #expect(Ed25519Point.isAcceptable(encoded))
        encoded[0] = 0xFF
        encoded[1] = 0xFE
        #expect(Ed25519Point.isAcceptable(encoded))
    }

    @Test func `keys as they are made are let through, and only with 32 bytes`() {
        for _ in 0..<50 {
            let key = Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
            #expect(Ed25519Point.isAcceptable(key))
            #expect(!Ed25519Point.isAcceptable(Array(key.dropLast())))
            #expect(!Ed25519Point.isAcceptable(key + [0]))
        }
        #expect(!Ed25519Point.isAcceptable([]))
    }
}

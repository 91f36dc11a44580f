// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeCore
import Testing

@testable import TokenAuthorizer

/// Random damage to good tokens: nothing traps, and nothing that differs from a good token is allowed.
struct MutationTests {
    private let forge: TokenForge

    init() throws {
        forge = try #require(TokenForge.shared)
    }

    @Test(arguments: [SignatureAlgorithm.rs256, .ps512, .es256, .es512, .edDSA])
    func `no mutation of the bytes of a good token is allowed`(algorithm: SignatureAlgorithm) throws {
        let authorizer = try forge.authorizer(algorithm)
        let good = Array(try forge.token(header: TokenForge.header(algorithm), signedWith: algorithm).utf8)
        #expect(authorizer.judge(good, at: TokenForge.now).decision == .allow)
        var random = SplitMix(seed: 0x5EED)
        for _ in 0..<1_500 {
            let bad = Self.mutated(good, &random)
            guard bad != good else { continue }
            let judgement = authorizer.judge(bad, at: TokenForge.now)
            #expect(judgement.decision == .deny, "\(String(decoding: bad, as: UTF8.self))")
        }
    }

    @Test func `no mutation of the JSON of a good token is allowed to an attacker without the key`() throws {
        let authorizer = try forge.authorizer()
        let header = Array(JSONValue.object(TokenForge.header()).jsonText.utf8)
        let claims = Array(JSONValue.object(TokenForge.claims).jsonText.utf8)
        let token = try forge.token()
        let signature = try #require(token.split(separator: ".").last)
        var random = SplitMix(seed: 0xC0DE)
        for _ in 0..<1_500 {
            let (badHeader, badClaims) = (Self.mutated(header, &random), Self.mutated(claims, &random))
            guard badHeader != header || badClaims != claims else { continue }
            let token = "\(Base64URL.encode(badHeader)).\(Base64URL.encode(badClaims)).\(signature)"
            #expect(authorizer.judge(token).decision == .deny)
        }
    }

    @Test func `whatever the issuer signs, no claims make the judge trap`() throws {
        let authorizer = try forge.authorizer(.edDSA)
        let header = JSONValue.object(TokenForge.header(.edDSA)).jsonText
        let claims = Array(JSONValue.object(TokenForge.claims).jsonText.utf8)
        var random = SplitMix(seed: 0xFACE)
        var reasons: Set<DenialReason> = []
        for _ in 0..<1_500 {
            let bad = String(decoding: Self.mutated(claims, &random), as: UTF8.self)
            let judgement = authorizer.judge(try forge.token(headerText: header, claimsText: bad, signedWith: .edDSA))
            #expect(judgement.outcome(of: .signature) == .passed)
            if let reason = judgement.reason { reasons.insert(reason) }
        }
        #expect(reasons.isSuperset(of: [.invalidPayload, .issuerMismatch, .audienceMismatch, .userNotListed]))
    }

    @Test func `bytes of any kind are denied`() throws {
        let authorizer = try forge.authorizer()
        var random = SplitMix(seed: 7)
        for _ in 0..<1_500 {
            let count = Int.random(in: 0...300, using: &random)
            let bytes = (0..<count).map { _ in
                Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : UInt8(ascii: ".")
            }
            #expect(authorizer.judge(bytes, at: TokenForge.now).decision == .deny)
        }
    }

    /// One to four changes: bits flipped, bytes replaced, put in, taken out, doubled, swapped, or the end cut off.
    private static func mutated(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !result.isEmpty {
            let place = Int.random(in: 0..<result.count, using: &random)
            let other = Int.random(in: 0..<result.count, using: &random)
            let interesting: [UInt8] = Array(".=-_+/{}[]\",:\\0 \n\0\u{7F}".utf8) + [0xFF, 0xC0, 0x80]
            switch Int.random(in: 0..<8, using: &random) {
            case 0: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: result[place] = UInt8.random(in: 0...255, using: &random)
            case 2: result[place] = interesting.randomElement(using: &random) ?? 0
            case 3: result.insert(interesting.randomElement(using: &random) ?? 0, at: place)
            case 4: result.remove(at: place)
            case 5: result.insert(contentsOf: result[min(place, other)..<max(place, other)], at: place)
            case 6: result.swapAt(place, other)
            default: result.removeLast(min(result.count, other % 40))
            }
        }
        return result
    }
}

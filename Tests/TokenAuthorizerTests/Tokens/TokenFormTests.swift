// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import TokenAuthorizer

/// What is refused before any arithmetic.
struct TokenFormTests {
    private let forge: TokenForge

    init() throws {
        forge = try #require(TokenForge.shared)
    }

    private func reason(_ token: String) throws -> DenialReason? {
        try forge.authorizer().judge(token).reason
    }

    @Test func `a good token is of the right form`() throws {
        #expect(try reason(forge.token()) == nil)
    }

    @Test(arguments: ["", ".", "..", "a", "a.b", "eyJhbGciOiJIUzI1NiJ9", "a.b.c.d"])
    func `what is not three parts is no compact token`(text: String) throws {
        let found = try reason(text)
        let reason = try #require(found)
        #expect(reason.check == .form)
    }

    @Test func `a token of 8 KiB is judged, and one of a byte more is not looked at`() throws {
        var filler = 5_000
        var token = try forge.token(changing: ["pad": .string(String(repeating: "x", count: filler))])
        while token.utf8.count < 8192 {
            filler += max(1, (8192 - token.utf8.count) * 3 / 4 - 2)
            let next = try forge.token(changing: ["pad": .string(String(repeating: "x", count: filler))])
            guard next.utf8.count <= 8192 else { break }
            token = next
        }
        #expect(token.utf8.count > 8188)
        #expect(try reason(token) == nil)
        #expect(try reason(String(repeating: "a", count: 8193)) == .tokenTooLarge)
        #expect(try reason(token + String(repeating: "A", count: 8193 - token.utf8.count)) == .tokenTooLarge)
    }

    @Test func `eight thousand dots cost nothing and are refused`() throws {
        #expect(try reason(String(repeating: ".", count: 8192)) == .encrypted)
        #expect(try reason("e30" + String(repeating: ".", count: 8_000)) == .encrypted)
    }

    @Test func `the JSON serialisation of a JWS, protected header or none, is refused`() throws {
        let parts = try forge.token().split(separator: ".").map(String.init)
        let flat = #"{"payload":"\#(parts[1])","protected":"\#(parts[0])","signature":"\#(parts[2])"}"#
        #expect(try reason(flat) == .notCompact)
        let general =
            #"{"payload":"\#(parts[1])","signatures":[{"header":{"alg":"ES256"},"signature":"\#(parts[2])"}]}"#
        #expect(try reason(general) == .notCompact)
    }

    @Test func `an encrypted token is refused by its five parts, and by its header`() throws {
        #expect(try reason("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..a.b.c") == .encrypted)
        #expect(try reason(forge.token(changingHeader: ["enc": "A128GCM"])) == .encrypted)
    }

    @Test func `compressed and password-based tokens are refused without being unpacked`() throws {
        #expect(try reason(forge.token(changingHeader: ["zip": "DEF"])) == .encrypted)
        let bomb: JSONObject = ["alg": "PBES2-HS256+A128KW", "p2c": .integer(1_000_000_000), "p2s": "AAAA"]
        #expect(try reason(forge.token(header: bomb)) == .algorithmNotAllowed)
    }

    @Test(arguments: ["JWT", "jwt", "application/JWT", "application/jwt"])
    func `a token within a token is refused`(type: String) throws {
        #expect(try reason(forge.token(changingHeader: ["cty": .string(type)])) == .nestedToken)
    }

    @Test(arguments: [JSONValue.array(["exp"]), .array([]), .string("b64"), .null, .array(["b64"])])
    func `a critical header is refused, whatever it names`(value: JSONValue) throws {
        var header = TokenForge.header()
        header["crit"] = value
        #expect(try reason(forge.token(header: header)) == .criticalHeader)
    }

    @Test func `a payload that is not encoded is refused`() throws {
        #expect(try reason(forge.token(changingHeader: ["b64": false])) == .criticalHeader)
    }

    @Test(arguments: ["logout+jwt", "dpop+jwt", "secevent+jwt", "kb+jwt", "JOSE", ""])
    func `a token of a type for something else is refused`(type: String) throws {
        #expect(try reason(forge.token(changingHeader: ["typ": .string(type)])) == .tokenTypeNotAccepted)
    }

    @Test(arguments: ["JWT", "jwt", "at+jwt", "application/at+jwt", "AT+JWT", "application/okta-internal-at+jwt"])
    func `the types of access tokens and of ID tokens are taken`(type: String) throws {
        #expect(try reason(forge.token(changingHeader: ["typ": .string(type)])) == nil)
        #expect(try reason(forge.token(changingHeader: ["typ": .null])) == nil)
    }

    @Test(arguments: [
        #"{"alg":"ES256","alg":"ES256","kid":"k1"}"#, #"{"alg":"ES256","kid":"k1","kid":"k1"}"#,
        #"{"alg":"none","\u0061lg":"ES256","kid":"k1"}"#,
    ])
    func `a duplicate member of the header is refused, however it is spelt`(text: String) throws {
        let claims = JSONValue.object(TokenForge.claims).jsonText
        #expect(try reason(forge.token(headerText: text, claimsText: claims)) == .invalidHeader)
    }

    @Test(arguments: [
        "", "null", "[]", "\"x\"", "{", "{}", "{\"alg\":null}", "{\"alg\":[\"ES256\"]}", "{\"alg\":{}}", "{\"alg\":5}",
        "{\"alg\":\"ES256\",\"kid\":1}", "{\"alg\":\"ES256\",\"kid\":null}", "{\"alg\":\"ES256\",\"typ\":1}",
        "{\"alg\":\"ES256\",\"cty\":[]}", "\u{FEFF}{\"alg\":\"ES256\"}", "{\"alg\":\"ES256\"} x",
        "{\"alg\":\"ES256\",\"a\":" + String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000) + "}",
    ])
    func `a header that is not JSON of the right types is refused`(text: String) throws {
        let claims = JSONValue.object(TokenForge.claims).jsonText
        #expect(try reason(forge.token(headerText: text, claimsText: claims)) == .invalidHeader)
    }

    @Test func `base64 of the other alphabet, with padding or with stray bits, is refused`() throws {
        let token = try forge.token()
        for bad in [token + "=", token + "==", token + "\n", " " + token, token.dropLast() + "!"] {
            #expect(try reason(bad) == .invalidEncoding)
        }
        // The last of the 86 digits of an ES256 signature has four bits that stand for nothing.
        let last = try #require(token.last?.asciiValue)
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let place = try #require(digits.firstIndex(of: last))
        let twin = token.dropLast() + String(UnicodeScalar(digits[place + 1]))
        #expect(try reason(String(twin)) == .invalidEncoding)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KeySets
import KubeCore
import Testing

@testable import TokenAuthorizer

/// What claims have to say, and what an answer looks like.
struct JudgementTests {
    private let forge: TokenForge

    init() throws {
        forge = try #require(TokenForge.shared)
    }

    private func reason(changing changes: JSONObject, policy: TokenPolicy = TokenForge.policy) throws -> DenialReason? {
        try forge.authorizer(policy: policy).judge(forge.token(changing: changes)).reason
    }

    private static let now = Int64(TokenForge.now.timeIntervalSince1970)

    // MARK: - Issuer and audience

    @Test func `the issuer is required and compared byte by byte`() throws {
        #expect(try reason(changing: ["iss": .null]) == .issuerMissing)
        for other in [
            "https://idp.example.com/realms/db/", "https://idp.example.com/realms/DB", "", "https://evil.example.com",
        ] {
            #expect(try reason(changing: ["iss": .string(other)]) == .issuerMismatch)
        }
        var policy = TokenForge.policy
        policy.issuer = "https://caf\u{E9}.example.com"
        #expect(try reason(changing: ["iss": "https://cafe\u{301}.example.com"], policy: policy) == .issuerMismatch)
    }

    @Test func `without a known issuer every token is denied`() throws {
        for issuer in [nil, ""] as [String?] {
            let policy = TokenPolicy(issuer: issuer, audiences: [TokenForge.audience])
            #expect(try reason(changing: ["iss": ""], policy: policy) == .issuerNotConfigured)
        }
    }

    @Test func `the audience is one of those named, in a string or in a list`() throws {
        #expect(try reason(changing: ["aud": ["account", "influxdb"]]) == nil)
        #expect(try reason(changing: ["aud": ["influxdb"]]) == nil)
        #expect(try reason(changing: ["aud": "account"]) == .audienceMismatch)
        #expect(try reason(changing: ["aud": ["account"]]) == .audienceMismatch)
        #expect(try reason(changing: ["aud": "influxdb "]) == .audienceMismatch)
        #expect(try reason(changing: ["aud": .null]) == .audienceMissing)
        #expect(try reason(changing: ["aud": []]) == .audienceMissing)
    }

    @Test func `without a configured audience every token is denied`() throws {
        #expect(
            try reason(changing: [:], policy: TokenPolicy(issuer: TokenForge.issuer, audiences: []))
                == .audienceNotConfigured
        )
    }

    @Test(arguments: [
        JSONValue.integer(5), .bool(true), .object([:]), .array([.integer(5)]), .array(["influxdb", .null]),
        .array(Array(repeating: "influxdb", count: 65)), .array([.array(["influxdb"])]),
    ])
    func `an audience of an unexpected type is refused and does no harm`(value: JSONValue) throws {
        #expect(try reason(changing: ["aud": value]) == .invalidClaim)
    }

    // MARK: - Time

    @Test func `the expiry is required, and a minute of skew is granted`() throws {
        #expect(try reason(changing: ["exp": .null]) == .expiryMissing)
        #expect(try reason(changing: ["exp": .integer(Self.now - 59)]) == nil)
        #expect(try reason(changing: ["exp": .integer(Self.now - 60)]) == .expired)
        #expect(try reason(changing: ["exp": .number(Double(Self.now) - 59.5)]) == nil)
    }

    @Test func `a token is not valid before its time`() throws {
        #expect(try reason(changing: ["nbf": .integer(Self.now + 60)]) == nil)
        #expect(try reason(changing: ["nbf": .integer(Self.now + 61)]) == .notYetValid)
        #expect(try reason(changing: ["iat": .integer(Self.now + 60)]) == nil)
        #expect(try reason(changing: ["iat": .integer(Self.now + 61)]) == .issuedInFuture)
        #expect(try reason(changing: ["iat": .null, "nbf": .null]) == nil)
    }

    @Test func `a token for years is denied`() throws {
        let month: Int64 = 30 * 86_400
        #expect(try reason(changing: ["iat": .integer(Self.now), "exp": .integer(Self.now + month)]) == nil)
        #expect(
            try reason(changing: ["iat": .integer(Self.now), "exp": .integer(Self.now + month + 1)]) == .lifetimeTooLong
        )
        #expect(try reason(changing: ["iat": .null, "exp": .integer(Self.now + month + 1)]) == .lifetimeTooLong)
        // An old date of issue lengthens nothing: from issue to expiry counts.
        #expect(try reason(changing: ["iat": .integer(1), "exp": .integer(Self.now + 10)]) == .lifetimeTooLong)
    }

    @Test(arguments: ["exp", "nbf", "iat"])
    func `times that are huge, negative or no numbers are refused`(claim: String) throws {
        let values: [JSONValue] = [
            .integer(-1), .integer(.min), .integer(.max), .number(1e300), .number(-0.5), .string("1795000000"),
            .bool(true),
            .array([]), .integer(253_402_300_800),
        ]
        for value in values {
            #expect(try reason(changing: JSONObject([(claim, value)])) == .invalidClaim)
        }
    }

    @Test(arguments: [#""exp":1e999"#, #""exp":NaN"#, #""exp":Infinity"#, #""exp":-0x1"#, #""exp":1,"exp":9999999999"#])
    func `numbers that JSON does not have, and duplicate claims, are refused`(member: String) throws {
        var claims = TokenForge.claims
        claims["exp"] = nil
        let text = JSONValue.object(claims).jsonText.dropLast() + "," + member + "}"
        let token = try forge.token(
            headerText: JSONValue.object(TokenForge.header()).jsonText,
            claimsText: String(text)
        )
        #expect(try forge.authorizer().judge(token).reason == .invalidPayload)
    }

    @Test(arguments: ["", "[]", "null", "\"x\"", "{", "{\"a\":\"\\ud800\"}", "\u{FEFF}{}"])
    func `claims that are no JSON object are refused after the signature`(text: String) throws {
        let token = try forge.token(headerText: JSONValue.object(TokenForge.header()).jsonText, claimsText: text)
        let judgement = try forge.authorizer().judge(token)
        #expect(judgement.reason == .invalidPayload)
        #expect(judgement.outcome(of: .signature) == .passed)
    }

    // MARK: - User

    @Test func `the user id is a string, compared byte by byte with those listed`() throws {
        #expect(try reason(changing: ["sub": .null]) == .userIDMissing)
        for value in [
            JSONValue.integer(5), .string(""), .array([.string(TokenForge.userID)]),
            .string(String(repeating: "x", count: 257)),
        ] {
            #expect(try reason(changing: ["sub": value]) == .userIDInvalid)
        }
        #expect(try reason(changing: ["sub": .string(TokenForge.userID.uppercased())]) == .userNotListed)
        let users = [TokenForge.user(id: "caf\u{E9}")]
        let token = try forge.token(changing: ["sub": "cafe\u{301}"])
        #expect(try forge.authorizer(users: users).judge(token).reason == .userNotListed)
    }

    @Test func `an e-mail address is nobody's identity`() throws {
        let users = [TokenForge.user(id: "somebody-else")]
        let token = try forge.token(changing: ["email": "jane@example.com", "email_verified": true])
        #expect(try forge.authorizer(users: users).judge(token).reason == .userNotListed)
    }

    @Test func `the claim of the user id is that of the policy`() throws {
        var policy = TokenForge.policy
        policy.userIDClaim = "oid"
        #expect(try reason(changing: [:], policy: policy) == .userIDMissing)
        #expect(try reason(changing: ["oid": .string(TokenForge.userID), "sub": "pairwise"], policy: policy) == nil)
    }

    @Test func `only group Admin administers`() throws {
        for groups in [[AdminUser.Group.auditor], [.member], [.member, .auditor], []] {
            let judgement = try forge.authorizer(users: [TokenForge.user(groups: groups)]).judge(forge.token())
            #expect(judgement.reason == .notInGroupAdmin)
            #expect(judgement.evidence.groups == groups)
        }
        let both = try forge.authorizer(users: [TokenForge.user(groups: [.member, .admin])]).judge(forge.token())
        #expect(both.decision == .allow)
    }

    @Test func `a claim that points to further claims elsewhere is not followed`() throws {
        let distributed: JSONObject = [
            "sub": .null, "_claim_names": ["sub": "src1"],
            "_claim_sources": ["src1": ["endpoint": "https://evil.example.com/claims"]],
        ]
        #expect(try reason(changing: distributed) == .userIDMissing)
    }

    @Test func `of an id that is listed twice only the common groups count`() {
        let users = UserDirectory([TokenForge.user(), TokenForge.user(groups: [.auditor])])
        #expect(users.count == 1)
        #expect(users.groups(ofUser: TokenForge.userID) == [])
    }

    // MARK: - The answer

    @Test func `an allowed token passes all checks in their order`() throws {
        let judgement = try forge.authorizer().judge(forge.token())
        #expect(judgement.decision == .allow)
        #expect(judgement.checks.map(\.check) == TokenCheck.allCases)
        #expect(judgement.checks.allSatisfy { $0.outcome == .passed })
        #expect(judgement.evidence.thumbprint == (try forge.key(.es256).thumbprint))
    }

    @Test func `all that is wrong with a signed token is told, and the first comes first`() throws {
        let token = try forge.token(changing: ["iss": "x", "aud": "y", "exp": .integer(5), "sub": "z"])
        let judgement = try forge.authorizer().judge(token)
        #expect(judgement.failures == [.issuerMismatch, .audienceMismatch, .expired, .userNotListed])
        #expect(judgement.reason == .issuerMismatch)
        #expect(judgement.outcome(of: .claims) == .passed)
        #expect(judgement.outcome(of: .group) == .notReached)
    }

    @Test func `nothing is read from claims that nobody signed`() throws {
        let parts = try forge.token().split(separator: ".")
        let claims = Base64URL.encode(JSONValue.object(["sub": "attacker"]).jsonBytes)
        let judgement = try forge.authorizer().judge("\(parts[0]).\(claims).\(parts[2])")
        #expect(judgement.failures == [.signatureInvalid])
        #expect(judgement.evidence.claims == nil)
        for check in [TokenCheck.claims, .issuer, .audience, .lifetime, .userID, .listed, .group] {
            #expect(judgement.outcome(of: check) == .notReached)
        }
    }

    @Test func `every reason belongs to a check, and its message holds no data and no full stop`() {
        for reason in DenialReason.allCases {
            #expect(TokenCheck.allCases.contains(reason.check))
            #expect(reason.message.first?.isLowercase == true)
            #expect(!reason.message.hasSuffix("."))
            #expect(reason.rawValue.first?.isUppercase == true)
        }
        #expect(Set(DenialReason.allCases.map(\.check)) == Set(TokenCheck.allCases).subtracting([]))
    }

    @Test func `an early failure leaves the rest unreached`() throws {
        let judgement = try forge.authorizer().judge("x")
        #expect(judgement.checks.first?.outcome == .failed(.notCompact))
        #expect(judgement.checks.dropFirst().allSatisfy { $0.outcome == .notReached })
    }
}

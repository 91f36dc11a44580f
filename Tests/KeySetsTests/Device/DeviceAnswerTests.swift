// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import KeySets

/// What a provider's answers are read as.
struct DeviceAnswerTests {
    private static let good: JSONObject = [
        "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS", "user_code": "WDJB-MJHT",
        "verification_uri": "https://example.com/device",
        "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT", "expires_in": 1800,
        "interval": 5,
    ]

    private func changed(_ changes: JSONObject) -> JSONObject {
        var members = Self.good
        for (name, value) in changes { members[name] = value.isNull ? nil : value }
        return members
    }

    @Test func `the example of RFC 8628 is read`() throws {
        let authorization = try DeviceAuthorization(Self.good)
        #expect(authorization.userCode == "WDJB-MJHT")
        #expect(authorization.verificationURIComplete == "https://example.com/device?user_code=WDJB-MJHT")
        #expect(authorization.expiresIn == .seconds(1800))
        #expect(authorization.interval == .seconds(5))
    }

    @Test func `without an interval it is five seconds, and a silly one is put right`() throws {
        #expect(try DeviceAuthorization(changed(["interval": .null])).interval == .seconds(5))
        #expect(try DeviceAuthorization(changed(["interval": 0])).interval == .seconds(1))
        #expect(try DeviceAuthorization(changed(["interval": .integer(.max)])).interval == .seconds(300))
        #expect(try DeviceAuthorization(changed(["interval": "7"])).interval == .seconds(7))
    }

    @Test func `the older name of the address and numbers in strings are taken`() throws {
        let old = changed([
            "verification_uri": .null, "verification_url": "https://old.example.com", "expires_in": "900",
        ])
        let authorization = try DeviceAuthorization(old)
        #expect(authorization.verificationURI == "https://old.example.com")
        #expect(authorization.expiresIn == .seconds(900))
    }

    @Test(
        arguments: [
            ["device_code": .null], ["user_code": .null], ["user_code": ""], ["user_code": "A\u{1B}[31mB"],
            ["user_code": .string(String(repeating: "A", count: 65))], ["verification_uri": .null],
            ["verification_uri": "javascript:alert(1)"], ["verification_uri": "https://x/\u{7}"], ["expires_in": .null],
            ["expires_in": 0], ["expires_in": -1], ["expires_in": true], ["expires_in": .number(1e300)],
        ] as [JSONObject]
    )
    func `what cannot be shown or used is refused`(changes: JSONObject) throws {
        let error = try #require(throws: DeviceGrantError.self) { try DeviceAuthorization(changed(changes)) }
        #expect(error.code == .invalidAnswer)
    }

    @Test func `an address with the code that is no URL is left out`() throws {
        #expect(
            try DeviceAuthorization(changed(["verification_uri_complete": "x\u{1B}"])).verificationURIComplete == nil
        )
    }

    @Test func `every error of the token endpoint has its meaning`() {
        let kinds: [(String, Int, String)] = [
            ("authorization_pending", 400, "pending"), ("slow_down", 400, "slowDown"),
            ("access_denied", 400, "AccessDenied"),
            ("authorization_declined", 400, "AccessDenied"), ("expired_token", 400, "ExpiredToken"),
            ("code_expired", 400, "ExpiredToken"), ("invalid_client", 401, "Refused"),
            ("invalid_grant", 400, "Refused"),
            ("made_up", 400, "Refused"), ("server_error", 500, "unavailable"), ("made_up", 429, "unavailable"),
        ]
        for (name, status, expected) in kinds {
            #expect(Self.kind(PollAnswer(status: status, body: ["error": .string(name)])) == expected)
        }
        #expect(Self.kind(PollAnswer(status: 503, body: nil)) == "unavailable")
        #expect(Self.kind(PollAnswer(status: 404, body: nil)) == "Refused")
        #expect(Self.kind(PollAnswer(status: 200, body: nil)) == "InvalidAnswer")
        #expect(Self.kind(PollAnswer(status: 200, body: ["access_token": 5])) == "InvalidAnswer")
        #expect(Self.kind(PollAnswer(status: 200, body: ["access_token": "a"])) == "tokens")
    }

    private static func kind(_ answer: PollAnswer) -> String {
        switch answer {
        case .tokens: "tokens"
        case .pending: "pending"
        case .slowDown: "slowDown"
        case .unavailable: "unavailable"
        case .failed(let error): error.code.rawValue
        }
    }

    @Test func `nothing that the provider wrote comes into a message but what is known`() {
        let secret = "s3cr3t <script>"
        let unknown = OAuthRefusal.error(
            status: 400,
            body: ["error": .string(secret), "error_description": .string(secret)],
            doing: "begin the login"
        )
        #expect(!unknown.message.contains("s3cr3t"))
        #expect(unknown.oauthError == nil)
        let entra = OAuthRefusal.error(
            status: 400,
            body: [
                "error": "invalid_client",
                "error_description": "AADSTS7000218: The request body must contain \(secret)",
            ],
            doing: "begin the login"
        )
        #expect(entra.message.contains("invalid_client (AADSTS7000218): "))
        #expect(!entra.message.contains("s3cr3t"))
    }

    @Test func `tokens show themselves to nobody`() {
        let answer = TokenAnswer(accessToken: "s3cr3t", idToken: "s3cr3t")
        var dumped = ""
        dump(answer, to: &dumped)
        for text in ["\(answer)", String(reflecting: answer), dumped, "\([answer])", "\(PollAnswer.tokens(answer))"] {
            #expect(!text.contains("s3cr3t"))
        }
    }

    @Test func `metadata is taken from a discovery document, and from nothing else`() throws {
        let document: JSONValue = [
            "issuer": "https://idp.example.com", "jwks_uri": "https://idp.example.com/keys",
            "device_authorization_endpoint": "https://idp.example.com/device",
            "token_endpoint": "https://idp.example.com/token",
            "grant_types_supported": ["authorization_code"],
        ]
        let metadata = try #require(ProviderMetadata(document))
        #expect(metadata.deviceURL == "https://idp.example.com/device")
        #expect(metadata.listsDeviceGrant == false)
        #expect(ProviderMetadata(["keys": []]) == nil)
        #expect(ProviderMetadata([]) == nil)
        #expect(ProviderMetadata(["issuer": .string(String(repeating: "x", count: 3_000))]) == nil)
    }

    @Test func `the document is below the issuer, with one slash between`() {
        let suffix = ".well-known/openid-configuration"
        #expect(ProviderMetadata.url(ofIssuer: "https://a.eu.auth0.com/") == "https://a.eu.auth0.com/" + suffix)
        #expect(ProviderMetadata.url(ofIssuer: "https://kc/realms/r") == "https://kc/realms/r/" + suffix)
    }

    @Test func `a form is written so that every byte comes back`() {
        #expect(FormText.encode(["b": "x y&z=ü", "a": "+%"]) == "a=%2B%25&b=x+y%26z%3D%C3%BC")
    }
}

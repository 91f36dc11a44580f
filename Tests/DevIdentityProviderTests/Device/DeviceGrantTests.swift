// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import NIOCore
import Synchronization
import Testing

@testable import DevIdentityProvider

/// The device authorization grant over HTTP, as RFC 8628 has it.
struct DeviceGrantTests {
    private static let grant = "urn:ietf:params:oauth:grant-type:device_code"

    private func withRealm(_ body: (Realm, Visitor) async throws -> Void) async throws {
        let configuration = Realm.Configuration(name: "one", shape: .keycloak, algorithms: [.edDSA])
        // Time stands still, so that a second request always comes too early.
        let date = Date(timeIntervalSince1970: 1_795_000_000)
        try await withProvider([configuration], now: { date }) { provider, visitor in
            try await body(try provider.realm("one"), visitor)
        }
    }

    private func form(_ visitor: Visitor, _ url: String, _ fields: [(String, String)]) async throws -> Visitor.Answer {
        let body = fields.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        let headers = [("content-type", "application/x-www-form-urlencoded")]
        return try await visitor.send("POST", url, headers: headers, body: ByteBuffer(string: body))
    }

    private func begin(_ visitor: Visitor, _ realm: Realm, scope: String = "openid") async throws -> JSONValue {
        let answer = try await form(visitor, realm.deviceURL, [("client_id", "influxctl"), ("scope", scope)])
        #expect(answer.status == 200)
        return try answer.json
    }

    private func ask(_ visitor: Visitor, _ realm: Realm, _ code: JSONValue) async throws -> Visitor.Answer {
        let device = try #require(code["device_code"]?.string)
        return try await form(
            visitor,
            realm.tokenURL,
            [("grant_type", Self.grant), ("client_id", "influxctl"), ("device_code", device)]
        )
    }

    @Test func `codes come with an address, an interval and an end`() async throws {
        try await withRealm { realm, visitor in
            let code = try await begin(visitor, realm)
            #expect(code["verification_uri"]?.string == (try await realm.verificationURL))
            let user = try #require(code["user_code"]?.string)
            #expect(code["verification_uri_complete"]?.string?.hasSuffix("?user_code=\(user)") == true)
            #expect(code["expires_in"]?.integer == 600)
            #expect(code["interval"]?.integer == 1)
            #expect(realm.waitingUserCodes == [user])
            let metadata = try await visitor.get(realm.discoveryURL).json
            #expect(metadata["device_authorization_endpoint"]?.string == (try await realm.deviceURL))
            #expect(metadata["grant_types_supported"]?[0]?.string == Self.grant)
        }
    }

    @Test func `pending, slow_down and then tokens, once`() async throws {
        try await withRealm { realm, visitor in
            let code = try await begin(visitor, realm)
            let first = try await ask(visitor, realm, code)
            #expect(try first.json == ["error": "authorization_pending"])
            let early = try await ask(visitor, realm, code)
            #expect(early.status == 400)
            #expect(try early.json == ["error": "slow_down"])
        }
        try await withRealm { realm, visitor in
            let code = try await begin(visitor, realm)
            let user = try #require(code["user_code"]?.string)
            // People leave the hyphen out, and write small.
            let typed = user.lowercased().filter { $0 != "-" }
            try realm.approveDevice(userCode: typed, as: DeviceApproval(userID: "ada"))
            let answer = try await ask(visitor, realm, code)
            #expect(answer.status == 200)
            #expect(answer.header("cache-control") == "no-store")
            let tokens = try answer.json
            let access = try PublishedKey.Token(try #require(tokens["access_token"]?.string))
            #expect(access.claims["sub"] == "ada")
            #expect(access.claims["aud"] == ["influxctl", "account"])
            let id = try PublishedKey.Token(try #require(tokens["id_token"]?.string))
            #expect(id.claims["aud"] == "influxctl")
            let again = try await ask(visitor, realm, code)
            #expect(try again.json == ["error": "invalid_grant"])
        }
    }

    @Test func `denial and expiry are told as such`() async throws {
        try await withRealm { realm, visitor in
            let denied = try await begin(visitor, realm)
            try realm.denyDevice(userCode: try #require(denied["user_code"]?.string))
            let first = try await ask(visitor, realm, denied)
            #expect(try first.json == ["error": "access_denied"])
            let expired = try await begin(visitor, realm)
            try realm.expireDevice(userCode: try #require(expired["user_code"]?.string))
            let second = try await ask(visitor, realm, expired)
            #expect(try second.json == ["error": "expired_token"])
            #expect(throws: ProviderError.self) { try realm.denyDevice(userCode: "BCDF-GHJK") }
        }
    }

    @Test func `requests that are no such grant are refused`() async throws {
        try await withRealm { realm, visitor in
            let url = try await realm.tokenURL
            let other = try await form(visitor, url, [("grant_type", "password"), ("client_id", "c")])
            #expect(try other.json == ["error": "unsupported_grant_type"])
            let incomplete = try await form(visitor, url, [("grant_type", Self.grant), ("client_id", "c")])
            #expect(try incomplete.json == ["error": "invalid_request"])
            let unknown = [("grant_type", Self.grant), ("client_id", "c"), ("device_code", "x")]
            let wrong = try await form(visitor, url, unknown)
            #expect(try wrong.json == ["error": "invalid_grant"])
            let nobody = try await form(visitor, realm.deviceURL, [])
            #expect(try nobody.json == ["error": "invalid_request"])
            let json = try await visitor.post(url, ["grant_type": "x"])
            #expect(try json.json == ["error": "invalid_request"])
            let got = try await visitor.get(url)
            #expect(got.status == 405)
        }
    }

    @Test func `the page takes a decision, and only from itself`() async throws {
        try await withRealm { realm, visitor in
            let begun = try await begin(visitor, realm)
            let code = try #require(begun["user_code"]?.string)
            let url = try await realm.verificationURL
            let page = try await visitor.get("\(url)?user_code=\(code)%22%3E%3Cscript%3E")
            #expect(page.status == 200)
            #expect(!String(decoding: page.body, as: UTF8.self).contains("<script>"))
            let fields = "user_code=\(code)&user_id=ada&decision=approve"
            let type = ("content-type", "application/x-www-form-urlencoded")
            let foreign = try await visitor.send(
                "POST",
                url,
                headers: [type, ("origin", "https://evil.example.com")],
                body: ByteBuffer(string: fields)
            )
            #expect(foreign.status == 403)
            #expect(realm.waitingUserCodes == [code])
            let own = try await visitor.send("POST", url, headers: [type], body: ByteBuffer(string: fields))
            #expect(own.status == 200)
            #expect(realm.waitingUserCodes.isEmpty)
        }
    }

    @Test func `logins can be settled from another process`() async throws {
        try await withRealm { realm, visitor in
            let code = try await begin(visitor, realm)
            let base = try await realm.keysURL.split(separator: "/").prefix(2).joined(separator: "//")
            let answer = try await visitor.post(
                "\(base)/dev/realms/\(realm.name)/device",
                ["action": "approve", "userID": "ada", "opaque": true]
            )
            #expect(answer.status == 200)
            #expect(try answer.json["userCode"] == code["user_code"])
            let access = try await ask(visitor, realm, code).json["access_token"]?.string
            #expect(access?.contains(".") == false)
        }
    }
}

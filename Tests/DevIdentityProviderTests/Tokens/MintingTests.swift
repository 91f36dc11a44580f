// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import FoundationEssentials
import KubeCore
import TestKit
import Testing

struct MintingTests {
    static let instant = Date(timeIntervalSince1970: 1_800_000_000)

    @Test(arguments: SigningAlgorithm.allCases)
    func `a token verifies with the published key of its kid and with no other`(
        algorithm: SigningAlgorithm
    ) async throws {
        let configuration = Realm.Configuration(name: "one", shape: .keycloak, algorithms: SigningAlgorithm.allCases)
        try await withProvider([configuration]) { provider, visitor in
            let realm = try provider.realm("one")
            var template = TokenTemplate(userID: "u")
            template.algorithm = algorithm
            let token = try PublishedKey.Token(try await realm.mint(template))
            #expect(token.header["alg"] == .string(algorithm.rawValue))
            #expect(token.header["typ"] == "JWT")
            let published = try keys(of: try await visitor.get(realm.keysURL).json)
            for key in published where key.members["kty"] != nil {
                let isTheKey = key.keyID == token.header["kid"]?.string
                let fits = key.members["alg"] == .string(algorithm.rawValue)
                if isTheKey || fits { #expect(try key.verifies(token) == isTheKey) }
            }
            #expect(published.contains { $0.keyID == token.header["kid"]?.string })
        }
    }

    @Test func `a token says who, for whom and when`() async throws {
        let configuration = Realm.Configuration(name: "one", shape: .keycloak, algorithms: [.edDSA])
        try await withProvider([configuration], now: { Self.instant }) { provider, _ in
            let realm = try provider.realm("one")
            var template = TokenTemplate(
                userID: "auth0|x",
                audiences: ["influx"],
                lifetime: .seconds(60),
                age: .seconds(10)
            )
            let one = try PublishedKey.Token(try await realm.mint(template)).claims
            #expect(
                one == [
                    "iss": .string(try await realm.issuer), "sub": "auth0|x", "aud": "influx",
                    "iat": 1_799_999_990, "nbf": 1_799_999_990, "exp": 1_800_000_050,
                ]
            )
            template.audiences = ["influx", "other"]
            let several = try PublishedKey.Token(try await realm.mint(template)).claims
            #expect(several["aud"] == ["influx", "other"])
            template.audiences = []
            let none = try PublishedKey.Token(try await realm.mint(template)).claims
            #expect(none["aud"] == nil)
        }
    }

    @Test func `claims and header can be wrong on purpose`() async throws {
        let configuration = Realm.Configuration(name: "one", shape: .keycloak, algorithms: [.edDSA])
        try await withProvider([configuration]) { provider, _ in
            var template = TokenTemplate(
                userID: "u",
                claims: ["exp": .null, "iss": "https://elsewhere", "email": "a@b"]
            )
            template.header = ["alg": "none", "kid": .null, "crit": ["x"]]
            let token = try PublishedKey.Token(try await provider.realm("one").mint(template))
            #expect(token.claims["exp"] == nil)
            #expect(token.claims["iss"] == "https://elsewhere")
            #expect(token.claims["email"] == "a@b")
            #expect(token.header["alg"] == "none")
            #expect(token.header["kid"] == nil)
            #expect(token.header["crit"] == ["x"])
        }
    }

    @Test func `an entra token carries the user in oid and a subject that differs by application`() async throws {
        let configuration = Realm.Configuration(name: "tenant", shape: .entra, algorithms: [.edDSA])
        try await withProvider([configuration]) { provider, _ in
            let realm = try provider.realm("tenant")
            let one = try PublishedKey.Token(try await realm.mint(.init(userID: "guid", audiences: ["a"]))).claims
            let two = try PublishedKey.Token(try await realm.mint(.init(userID: "guid", audiences: ["b"]))).claims
            #expect(one["oid"] == "guid")
            #expect(one["tid"] == "tenant")
            #expect(one["sub"] != nil)
            #expect(one["sub"] != "guid")
            #expect(one["sub"] != two["sub"])
        }
    }

    @Test func `a token is signed for whoever asks at the provider's own address`() async throws {
        let configuration = Realm.Configuration(name: "one", shape: .keycloak, algorithms: [.es256, .edDSA])
        try await withProvider([configuration], now: { Self.instant }) { provider, visitor in
            let url = try await provider.baseURL + "/dev/realms/one/tokens"
            let answer = try await visitor.post(
                url,
                [
                    "userID": "u", "audience": "influx", "lifetimeSeconds": 7, "alg": "EdDSA",
                    "claims": ["email": "a@b"],
                ]
            )
            #expect(answer.status == 200)
            #expect(try answer.json["token_type"] == "Bearer")
            let text = try #require(try answer.json["access_token"]?.string)
            let token = try PublishedKey.Token(text)
            #expect(token.header["alg"] == "EdDSA")
            #expect(token.claims["sub"] == "u")
            #expect(token.claims["email"] == "a@b")
            #expect(token.claims["exp"] == 1_800_000_007)
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore
import TestKit
import Testing

struct DocumentTests {
    struct Place: Sendable, CustomTestStringConvertible {
        let shape: RealmShape
        let issuer: String
        let keys: String
        let discovery: String

        var testDescription: String { shape.rawValue }
    }

    static let places = [
        Place(
            shape: .keycloak,
            issuer: "/realms/one",
            keys: "/realms/one/protocol/openid-connect/certs",
            discovery: "/realms/one/.well-known/openid-configuration"
        ),
        Place(
            shape: .auth0,
            issuer: "/one/",
            keys: "/one/.well-known/jwks.json",
            discovery: "/one/.well-known/openid-configuration"
        ),
        Place(
            shape: .entra,
            issuer: "/one/v2.0",
            keys: "/one/discovery/v2.0/keys",
            discovery: "/one/v2.0/.well-known/openid-configuration"
        ),
    ]

    @Test(arguments: places)
    func `each shape has its documents where the real provider has them`(place: Place) async throws {
        try await withProvider([.init(name: "one", shape: place.shape)]) { provider, visitor in
            let base = try await provider.baseURL
            let discovery = try await visitor.get(base + place.discovery)
            #expect(discovery.status == 200)
            #expect(try discovery.json["issuer"] == .string(base + place.issuer))
            #expect(try discovery.json["jwks_uri"] == .string(base + place.keys))
            let keys = try await visitor.get(base + place.keys)
            #expect(keys.status == 200)
            #expect(keys.header("content-type") == "application/json")
            let realm = try provider.realm("one")
            #expect(try await realm.issuer == base + place.issuer)
            #expect(try await realm.keysURL == base + place.keys)
            #expect(try await realm.discoveryURL == base + place.discovery)
        }
    }

    @Test func `keycloak lists an encryption key before its signing key`() async throws {
        try await withProvider([.init(name: "one", shape: .keycloak)]) { provider, visitor in
            let document = try await visitor.get(provider.realm("one").keysURL).json
            let listed = try keys(of: document)
            #expect(listed.map { $0.members["use"] } == ["enc", "sig"])
            #expect(listed.map { $0.members["alg"] } == ["RSA-OAEP", "RS256"])
            #expect(listed.allSatisfy { $0.keyID?.utf8.count == 43 })
        }
    }

    @Test func `auth0 lists the next key beside the current one`() async throws {
        try await withProvider([.init(name: "one", shape: .auth0)]) { provider, visitor in
            let listed = try keys(of: try await visitor.get(provider.realm("one").keysURL).json)
            #expect(listed.count == 2)
            #expect(listed.allSatisfy { $0.keyID?.utf8.count == 21 && $0.members["alg"] == "RS256" })
        }
    }

    @Test func `entra keys name their issuer and no algorithm`() async throws {
        try await withProvider([.init(name: "one", shape: .entra)]) { provider, visitor in
            let realm = try provider.realm("one")
            let listed = try keys(of: try await visitor.get(realm.keysURL).json)
            #expect(listed.count == 1)
            #expect(listed.first?.members["alg"] == nil)
            #expect(listed.first?.members["issuer"] == .string(try await realm.issuer))
            #expect(listed.first?.keyID?.utf8.count == 27)
        }
    }

    @Test func `no document shows a private member`() async throws {
        let realm = Realm.Configuration(name: "one", shape: .keycloak, algorithms: SigningAlgorithm.allCases)
        try await withProvider([realm]) { provider, visitor in
            for key in try keys(of: try await visitor.get(provider.realm("one").keysURL).json) {
                #expect(key.members.names.allSatisfy { !["d", "p", "q", "dp", "dq", "qi", "k"].contains($0) })
            }
        }
    }

    @Test func `two realms share no key and answer apart`() async throws {
        let realms = [Realm.Configuration(name: "one", shape: .entra), .init(name: "two", shape: .entra)]
        try await withProvider(realms) { provider, visitor in
            let one = try provider.realm("one")
            let two = try provider.realm("two")
            one.misbehave(.status(500))
            #expect(try await visitor.get(one.keysURL).status == 500)
            #expect(try await visitor.get(two.keysURL).status == 200)
            #expect(try one.publishedKeyIDs() != two.publishedKeyIDs())
            #expect(one.counts.keys == 1)
            #expect(two.counts.keys == 1)
        }
    }

    @Test func `an unknown path is not found and counts for nobody`() async throws {
        try await withProvider([.init(name: "one", shape: .auth0)]) { provider, visitor in
            let base = try await provider.baseURL
            #expect(try await visitor.get(base + "/two/.well-known/jwks.json").status == 404)
            #expect(try provider.realm("one").counts == RequestCounts())
        }
    }

    @Test func `documents are read only`() async throws {
        try await withProvider([.init(name: "one", shape: .auth0)]) { provider, visitor in
            let url = try await provider.realm("one").keysURL
            #expect(try await visitor.post(url, [:]).status == 405)
            let head = try await visitor.send("HEAD", url)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore
import TestKit
import Testing

struct RotationTests {
    /// Runs a body with one realm of P-256 keys, which are quick to make.
    private func withRealm(
        _ shape: RealmShape = .entra,
        _ body: (Realm, Visitor) async throws -> Void
    ) async throws {
        let configuration = Realm.Configuration(name: "one", shape: shape, algorithms: [.es256])
        try await withProvider([configuration]) { provider, visitor in
            try await body(provider.realm("one"), visitor)
        }
    }

    private func listed(_ realm: Realm, _ visitor: Visitor) async throws -> [String?] {
        try keys(of: try await visitor.get(realm.keysURL).json).map(\.keyID)
    }

    @Test func `a rotation signs with a new key and goes on listing the old one`() async throws {
        try await withRealm { realm, visitor in
            let old = try realm.activeKeyID()
            let new = try realm.rotate()
            #expect(new != old)
            #expect(try realm.activeKeyID() == new)
            #expect(try await listed(realm, visitor) == [old, new])
            let token = try PublishedKey.Token(try await realm.mint(TokenTemplate(userID: "u")))
            #expect(token.header["kid"] == .string(new))
        }
    }

    @Test func `a rotation can withdraw the old keys at once`() async throws {
        try await withRealm { realm, visitor in
            try realm.rotate()
            let new = try realm.rotate(withdrawing: true)
            #expect(try await listed(realm, visitor) == [new])
        }
    }

    @Test func `a pre-published key is listed before it signs and is the next to sign`() async throws {
        try await withRealm { realm, visitor in
            let old = try realm.activeKeyID()
            let next = try realm.prepublish()
            #expect(try await listed(realm, visitor) == [old, next])
            #expect(try realm.activeKeyID() == old)
            #expect(try realm.rotate() == next)
            #expect(try await listed(realm, visitor) == [old, next])
        }
    }

    @Test func `auth0 always has a next key listed`() async throws {
        try await withRealm(.auth0) { realm, visitor in
            let before = try await listed(realm, visitor)
            let new = try realm.rotate()
            #expect(before.last == new)
            let after = try await listed(realm, visitor)
            #expect(after.count == 3)
            #expect(after.prefix(2) == before.prefix(2))
        }
    }

    @Test func `a key vanishes and comes back`() async throws {
        try await withRealm { realm, visitor in
            let old = try realm.activeKeyID()
            let new = try realm.rotate()
            try realm.withdraw(keyID: old)
            #expect(try await listed(realm, visitor) == [new])
            try realm.republish(keyID: old)
            #expect(try await listed(realm, visitor) == [old, new])
            #expect(try realm.activeKeyID() == new)
        }
    }

    @Test func `a withdrawn key still signs for those who name it`() async throws {
        try await withRealm { realm, _ in
            let old = try realm.activeKeyID()
            try realm.rotate(withdrawing: true)
            var template = TokenTemplate(userID: "u")
            template.keyID = old
            let token = try PublishedKey.Token(try await realm.mint(template))
            #expect(token.header["kid"] == .string(old))
        }
    }

    @Test func `an unknown key is an error`() async throws {
        try await withRealm { realm, _ in
            let error = try #require(throws: ProviderError.self) { try realm.withdraw(keyID: "nobody") }
            #expect(error.code == .unknownKey)
            let other = try #require(throws: ProviderError.self) {
                try realm.rotate(.rs256, withdrawing: false); _ = try realm.activeKeyID(.edDSA)
            }
            #expect(other.code == .unknownKey)
        }
    }

    @Test func `a rotation at the provider's own address rotates every algorithm`() async throws {
        let configuration = Realm.Configuration(name: "one", shape: .entra, algorithms: [.es256, .edDSA])
        try await withProvider([configuration]) { provider, visitor in
            let realm = try provider.realm("one")
            let before = try realm.publishedKeyIDs()
            let url = try await provider.baseURL + "/dev/realms/one/rotate"
            let answer = try await visitor.post(url, ["withdrawing": true])
            #expect(answer.status == 200)
            let after = try realm.publishedKeyIDs()
            #expect(try answer.json["keys"] == .array(after.map { .string($0) }))
            #expect(after.count == 2)
            #expect(Set(after).isDisjoint(with: before))
        }
    }
}

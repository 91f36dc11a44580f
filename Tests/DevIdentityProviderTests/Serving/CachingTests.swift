// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore
import TestKit
import Testing

struct CachingTests {
    @Test func `a known tag gets 304 until the keys change`() async throws {
        try await withProvider([.init(name: "one", shape: .entra)]) { provider, visitor in
            let realm = try provider.realm("one")
            let url = try await realm.keysURL
            let first = try await visitor.get(url)
            let tag = try #require(first.header("etag"))
            #expect(first.header("cache-control") == "max-age=86400, private")
            let second = try await visitor.get(url, headers: [("if-none-match", "\"other\", \(tag)")])
            #expect(second.status == 304)
            #expect(second.body.isEmpty)
            #expect(second.header("etag") == tag)
            try realm.rotate()
            let third = try await visitor.get(url, headers: [("if-none-match", tag)])
            #expect(third.status == 200)
            #expect(third.header("etag") != tag)
            #expect(realm.counts.keys == 3)
            #expect(realm.counts.notModified == 1)
        }
    }

    @Test func `caching headers are as told`() async throws {
        var configuration = Realm.Configuration(name: "one", shape: .keycloak)
        configuration.cacheControl = nil
        configuration.usesETag = false
        try await withProvider([configuration]) { provider, visitor in
            let realm = try provider.realm("one")
            let bare = try await visitor.get(realm.keysURL)
            #expect(bare.header("cache-control") == nil)
            #expect(bare.header("etag") == nil)
            realm.setCacheControl("public, max-age=61")
            realm.setUsesETag(true)
            let dressed = try await visitor.get(realm.keysURL)
            #expect(dressed.header("cache-control") == "public, max-age=61")
            #expect(dressed.header("etag") != nil)
        }
    }
}

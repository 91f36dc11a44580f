// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import KeySets

/// What is taken for a discovery document, and what of it.
struct DiscoveryDocumentTests {
    private static let uri = "https://idp.example/keys"

    @Test func `the key set's URI and the issuer are taken, and nothing else is needed`() throws {
        let document = try #require(
            DiscoveryDocument(["jwks_uri": .string(Self.uri), "issuer": "https://idp.example", "keys": .null])
        )
        #expect(document == DiscoveryDocument(keySetURI: Self.uri, issuer: "https://idp.example"))
        #expect(DiscoveryDocument(["jwks_uri": .string(Self.uri)])?.issuer == nil)
    }

    @Test(
        arguments: [
            [:], [], "https://idp.example/keys", .null, ["jwks_uri": 1], ["jwks_uri": .null], ["jwks_uri": ["u"]],
            ["issuer": "https://idp.example"],
            // Both at once: a key set it is, and judged as one.
            ["jwks_uri": "https://idp.example/keys", "keys": []],
            ["jwks_uri": "https://idp.example/keys", "keys": "x"],
            ["jwks_uri": .string("https://idp.example/" + String(repeating: "x", count: 2_048))],
        ] as [JSONValue]
    )
    func `anything else is none`(_ document: JSONValue) {
        #expect(DiscoveryDocument(document) == nil)
    }

    @Test(
        arguments: ["", 5, .null, ["x"], .string("https://" + String(repeating: "x", count: 2_048))] as [JSONValue]
    )
    func `an issuer that cannot be one is left out`(_ issuer: JSONValue) throws {
        let document = try #require(DiscoveryDocument(["jwks_uri": .string(Self.uri), "issuer": issuer]))
        #expect(document.issuer == nil)
        #expect(document.keySetURI == Self.uri)
    }

    @Test func `a URI and an issuer of the greatest length are taken`() throws {
        let start = "https://idp.example/"
        let longest = start + String(repeating: "x", count: 2_048 - start.utf8.count)
        let document = try #require(
            DiscoveryDocument(["jwks_uri": .string(longest), "issuer": .string(longest)])
        )
        #expect(document.keySetURI == longest)
        #expect(document.issuer == longest)
    }
}

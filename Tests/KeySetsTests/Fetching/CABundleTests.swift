// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KeySets

/// Certification authorities as people paste them.
struct CABundleTests {
    private let one: String
    private let two: String

    init() throws {
        one = try TestAuthority(host: "one.example").pem + "\n"
        two = try TestAuthority(host: "two.example").pem + "\n"
    }

    private func bundle(_ text: String) throws(KeySetError) -> CABundle {
        try CABundle(pem: text.utf8)
    }

    @Test func `every certificate of the text is taken, whatever stands around it`() throws {
        #expect(try bundle(one).count == 1)
        #expect(try bundle(one + two).count == 2)
        #expect(try bundle("# our authorities\n\n\(one)\nsubject=CN = two\n\(two)\n").count == 2)
        #expect(try bundle(one.replacing("\n", with: "\r\n")).count == 1)
        #expect(try bundle(one + one).count == 2)
    }

    @Test func `a text without a certificate is refused`() throws {
        let body = one.split(separator: "\n").dropFirst().dropLast().joined(separator: "\n")
        let texts = [
            "", "\n", "no certificate", body,
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN PUBLIC KEY-----\n\(body)\n-----END PUBLIC KEY-----\n",
            "-----BEGIN CERTIFICATE-----\n\(body)\n",
            "-----BEGIN CERTIFICATE-----\n\(body.dropLast(40))\n-----END CERTIFICATE-----\n",
        ]
        for text in texts {
            let error = #expect(throws: KeySetError.self, "\(text)") { try bundle(text) }
            #expect(error?.code == .caBundleInvalid)
            #expect(error?.message.hasPrefix("cannot use the CA bundle: ") == true)
        }
    }

    @Test func `one certificate that cannot be read spoils the bundle`() throws {
        // To go on with the others would be to trust less than was asked, and nobody would know why.
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        #expect(throws: KeySetError.self) { try bundle(one + broken) }
        #expect(throws: KeySetError.self) { try bundle(broken + one) }
    }

    @Test func `bundles are the same when their texts are`() throws {
        #expect(try bundle(one) == bundle(one))
        #expect(try bundle(one).hash == bundle(one).hash)
        #expect(try bundle(one) != bundle(two))
        #expect(try bundle(one + two) != bundle(two + one))
        #expect(Set([try bundle(one), try bundle(one), try bundle(two)]).count == 2)
        let endpoints = Set([
            Endpoint(url: "https://a.example/keys", caBundle: try bundle(one)),
            Endpoint(url: "https://a.example/keys", caBundle: try bundle(two)),
            Endpoint(url: "https://a.example/keys"), Endpoint(url: " https://a.example/keys\n"),
        ])
        #expect(endpoints.count == 3)
    }
}

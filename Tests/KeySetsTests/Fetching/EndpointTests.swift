// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeCore
import Testing

struct EndpointTests {
    @Test func `an endpoint is compared without surrounding white space and shown without its query`() {
        let endpoint = Endpoint(url: " https://a.example/x?token=secret\n")
        #expect(endpoint == Endpoint(url: "https://a.example/x?token=secret"))
        #expect(endpoint.description == "https://a.example/x")
        #expect(endpoint != Endpoint(url: "https://a.example/x?token=secret", allowsInsecure: true))
        #expect(Endpoint(url: "https://user:secret@a.example/").description == "(invalid URL)")
    }

    @Test(arguments: [
        (
            "https://a.example/" + String(repeating: "x", count: 2_048), HTTPURL.Problem.tooLong,
            "longer than 2048 bytes"
        ),
        ("a.example/secret", .notAbsolute, "start with https:// or http://"),
        ("ftp://secret", .unknownScheme, "start with https:// or http://"),
        ("https://user:secret@a.example", .hasUserInfo, "a user name or a password"),
        ("https://a.example/secret secret", .badCharacter, "characters that must be escaped"),
        ("https://a.example/#secret", .hasFragment, "a fragment"),
        ("https:///secret", .noHost, "no host"),
        ("https://secret..example", .badHost, "neither a DNS name nor an IP address"),
        ("https://secret.example:0", .badPort, "not between 1 and 65535"),
    ])
    func `a URL that cannot be used is refused without being repeated`(
        text: String,
        problem: HTTPURL.Problem,
        explanation: String
    ) async throws {
        #expect(throws: problem) { try HTTPURL(text) }
        let error = try await #require(throws: KeySetError.self) {
            try await HTTPKeySetFetcher().fetch(Endpoint(url: text))
        }
        #expect(error.code == .invalidURL)
        #expect(error.message.hasPrefix("cannot use the URL: it"))
        #expect(error.message.hasSuffix(explanation))
        #expect(!error.message.contains("secret"))
    }
}

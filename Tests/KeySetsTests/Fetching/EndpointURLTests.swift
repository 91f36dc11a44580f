// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import Testing

struct EndpointURLTests {
    @Test(arguments: [
        ("https://a.example/x", "https://a.example/x"),
        ("HTTPS://A.Example:443", "https://a.example/"),
        ("http://a.example:80/x?y=%20z", "http://a.example/x?y=%20z"),
        ("https://a.example.:8443/x", "https://a.example:8443/x"),
        ("https://10.0.0.1/x", "https://10.0.0.1/x"),
        ("https://[::1]:8443/x", "https://[0:0:0:0:0:0:0:1]:8443/x"),
        ("https://a_b.svc?q", "https://a_b.svc/?q"),
    ])
    func `a sound URL is put together again in one form`(text: String, normal: String) throws {
        #expect(try EndpointURL(text).text == normal)
    }

    @Test(arguments: [
        "", "a.example", "//a.example", "ftp://a.example", "https:a.example", "https:/a.example", "https://",
        "https:///x", "https://user@a.example", "https://user:secret@a.example", "https://a.example#f",
        "https://a.example/x#f", "https://a b.example", "https://a.example/\nx", "https://a.example\\@b.example",
        "https://\u{E9}.example", "https://a.example:0", "https://a.example:65536", "https://a.example:8a",
        "https://a.example:-1", "https://[::1", "https://[10.0.0.1]", "https://[fe80::1%25eth0]", "https://%61.example",
        "https://a..example", "https://.example", "https://KEYCLOAK_HOST/<realm>", "https://a.example/{x}",
        "http+unix://a.example", "javascript://a", "https://[::1]x", "https://a.example:80:80",
    ])
    func `anything else is refused without being repeated`(text: String) throws {
        let error = try #require(throws: KeySetError.self) { try EndpointURL(text) }
        #expect(error.code == .invalidURL)
        #expect(!error.message.contains("secret"))
    }

    @Test func `a URL that is too long is refused`() throws {
        let long = "https://a.example/" + String(repeating: "x", count: 2048)
        #expect(try #require(throws: KeySetError.self) { try EndpointURL(long) }.code == .invalidURL)
    }

    @Test(arguments: [
        ("https://b.example/z", "https://b.example/z"),
        ("//b.example/z", "https://b.example/z"),
        ("/z", "https://a.example:8443/z"),
        ("z?q", "https://a.example:8443/x/z?q"),
        ("?q", "https://a.example:8443/x/y?q"),
        ("z#frag", "https://a.example:8443/x/z"),
        ("http://b.example/", "http://b.example/"),
    ])
    func `a redirect is resolved against the URL it came from`(reference: String, target: String) throws {
        #expect(try EndpointURL("https://a.example:8443/x/y?z").resolving(reference).text == target)
    }

    @Test func `an endpoint is compared without surrounding white space and shown without its query`() {
        let endpoint = Endpoint(url: " https://a.example/x?token=secret\n")
        #expect(endpoint == Endpoint(url: "https://a.example/x?token=secret"))
        #expect(endpoint.description == "https://a.example/x")
        #expect(endpoint != Endpoint(url: "https://a.example/x?token=secret", allowsInsecure: true))
    }
}

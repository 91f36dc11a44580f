// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct HTTPURLTests {
    @Test(arguments: [
        ("https://a.example/x", "https://a.example/x"),
        ("HTTPS://A.Example:443", "https://a.example/"),
        ("http://a.example:80/x?y=%20z", "http://a.example/x?y=%20z"),
        ("https://a.example.:8443/x", "https://a.example:8443/x"),
        ("https://10.0.0.1/x", "https://10.0.0.1/x"),
        ("https://10.0.0.1./x", "https://10.0.0.1/x"),
        ("https://[::1]:8443/x", "https://[0:0:0:0:0:0:0:1]:8443/x"),
        ("https://a_b.svc?q", "https://a_b.svc/?q"),
        ("https://a.example/@x/a:b?c@d", "https://a.example/@x/a:b?c@d"),
        ("https://1.a/??", "https://1.a/??"),
        ("https://0x.example/", "https://0x.example/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
    ])
    func `a sound URL is put together again in one form`(text: String, normal: String) throws {
        let url = try HTTPURL(text)
        #expect(url.text == normal)
        #expect(try HTTPURL(url.text) == url)
    }

    @Test func `a URL is taken apart`() throws {
        let url = try HTTPURL("http://[2001:DB8::5]:8080/a/b?c=d")
        #expect(url.scheme == .http)
        #expect(url.host == "2001:db8:0:0:0:0:0:5")
        #expect(url.address == IPAddress("2001:db8::5"))
        #expect(url.port == 8080)
        #expect(url.path == "/a/b")
        #expect(url.query == "c=d")
        #expect(url.origin == "http://[2001:db8:0:0:0:0:0:5]:8080")
        let plain = try HTTPURL("https://a.example")
        #expect(plain.address == nil && plain.port == 443 && plain.path == "/" && plain.query == nil)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let problem: HTTPURL.Problem
        let texts: [String]

        var testDescription: String { problem.rawValue }
    }

    static let refusals: [Refusal] = [
        Refusal(problem: .tooLong, texts: ["https://a.example/" + String(repeating: "x", count: 2_031)]),
        Refusal(
            problem: .notAbsolute,
            texts: [
                "", "a.example", "//a.example", "/x", "https:a.example", "https:/a.example", "://a.example",
                "+x://a.example", "ht tp://a.example", "javascript:alert(1)", " https://a.example", "\u{E9}://a",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa://a", "user@example.com:x",
            ]
        ),
        Refusal(problem: .unknownScheme, texts: ["ftp://a.example", "http+unix://a.example", "httpss://a.example"]),
        Refusal(
            problem: .hasUserInfo,
            texts: [
                "https://user@a.example", "https://user:secret@a.example", "https://@a.example",
                "https://a.example\\@b.example", "https://\u{E9}@a.example",
            ]
        ),
        Refusal(
            problem: .badCharacter,
            texts: [
                "https://a b.example", "https://a.example/\nx", "https://a.example\\b", "https://a.example/{x}",
                "https://\u{E9}.example", "https://a.example/\u{E9}", "https://a.example/<x>", "https://a.example/x ",
                "https://a.example/\u{7F}", "https://a.example/a|b", "https://a.example/\u{0}", "https://a.example/\"",
            ]
        ),
        Refusal(problem: .hasFragment, texts: ["https://a.example#f", "https://a.example/x#f", "https://a.example?#"]),
        Refusal(problem: .noHost, texts: ["https://", "https:///x", "https://:80", "https://?x", "https://::1/"]),
        Refusal(
            problem: .badHost,
            texts: [
                "https://[::1", "https://[10.0.0.1]", "https://[fe80::1%25eth0]", "https://%61.example",
                "https://a..example", "https://.example", "https://.", "https://[::1]x", "https://[]", "https://a~b",
                "https://a.example..", "https://a.example,b.example",
                "https://" + String(repeating: "a", count: 64) + ".example",
                "https://" + String(repeating: "a.", count: 127) + "a",
            ]
        ),
        // What inet_aton takes for an address, and RFC 3986 and RFC 6943 (3.1.1) do not.
        Refusal(
            problem: .badHost,
            texts: [
                "https://127.1", "https://2130706433", "https://0x7f.1", "https://0x7f000001", "https://127.0.0.01",
                "https://127.0.0.256", "https://1.2.3.4.5", "https://a.example.0x", "https://0", "https://a.1.",
            ]
        ),
        Refusal(
            problem: .badPort,
            texts: [
                "https://a.example:0", "https://a.example:65536", "https://a.example:8a", "https://a.example:-1",
                "https://a.example:+1", "https://a.example:80:80", "https://a.example:", "https://[::1]:",
                "https://a.example:000080", "https://a.example:99999999999999999999",
            ]
        ),
    ]

    @Test(arguments: refusals)
    func `anything else is refused for its reason`(_ refusal: Refusal) {
        for text in refusal.texts {
            #expect(throws: refusal.problem, "\(text)") { try HTTPURL(text) }
        }
    }

    @Test func `every problem is shown by some text`() {
        #expect(Set(Self.refusals.map(\.problem)) == Set(HTTPURL.Problem.allCases))
    }

    @Test func `a URL of the greatest length is read`() throws {
        let text = "https://a.example/" + String(repeating: "x", count: 2_030)
        #expect(try HTTPURL(text).text.utf8.count == HTTPURL.maximumLength)
    }

    @Test(arguments: [
        ("https://b.example/z", "https://b.example/z"),
        ("//b.example/z", "https://b.example/z"),
        ("/z", "https://a.example:8443/z"),
        ("z?q", "https://a.example:8443/x/z?q"),
        ("?q", "https://a.example:8443/x/y?q"),
        ("z#frag", "https://a.example:8443/x/z"),
        ("http://b.example/", "http://b.example/"),
        ("", "https://a.example:8443/x/y?z"),
        ("./z:1", "https://a.example:8443/x/./z:1"),
    ])
    func `a redirect is resolved against the URL it came from`(reference: String, target: String) throws {
        #expect(try HTTPURL("https://a.example:8443/x/y?z").resolving(reference).text == target)
    }

    @Test(arguments: ["//u@b.example/", "http://[", "z z", "mailto:x", "//"])
    func `a redirect to what is no URL is refused`(reference: String) throws {
        let base = try HTTPURL("https://a.example/x")
        #expect(throws: HTTPURL.Problem.self) { try base.resolving(reference) }
    }

    @Test(arguments: [
        ("", ""), (" \t\r\n", ""), (" https://a\n", "https://a"), ("a b", "a b"), ("\u{A0}a", "\u{A0}a"),
        ("\u{B}a\u{C}", "a"),
    ])
    func `the white space of ASCII at the ends is taken off`(text: String, rest: String) {
        #expect(HTTPURL.trimmed(text) == rest)
    }

    // MARK: - Plain http

    @Test(arguments: [
        "http://localhost:8080/certs", "http://127.0.0.1/", "http://127.9.9.9/", "http://[::1]:80/",
        "http://[::ffff:127.0.0.1]/", "http://idp.localhost/", "http://LOCALHOST./",
    ])
    func `this machine is known by name and address`(text: String) throws {
        let url = try HTTPURL(text)
        #expect(url.isLoopback)
        #expect(url.isSecure(clusterDomain: "cluster.local"))
    }

    @Test(arguments: [
        "http://localhost.example.com/", "http://127.0.0.1.example.com/", "http://svc/", "http://10.0.0.1/",
        "http://keycloak.iam.svc.example.com/", "http://128.0.0.1/", "http://notlocalhost/",
        "http://[64:ff9b::7f00:1]/",
        "http://keycloaksvc/", "http://x.svccluster.local/",
    ])
    func `any other host needs https`(text: String) throws {
        let url = try HTTPURL(text)
        #expect(!url.isLoopback)
        #expect(!url.isSecure(clusterDomain: "cluster.local"))
        #expect(try HTTPURL(text.replacing("http:", with: "https:")).isSecure(clusterDomain: "cluster.local"))
    }

    @Test(arguments: [
        ("http://kc.iam.svc/", "cluster.local", true), ("http://KC.IAM.SVC./", "cluster.local", true),
        ("http://kc.iam.svc.cluster.local:8080/", "cluster.local", true),
        ("http://kc.iam.svc.corp.internal/", "cluster.local", false),
        ("http://kc.iam.svc.corp.internal/", "Corp.Internal", true), ("http://kc.iam.svc/", "", true),
        ("http://kc.iam.svc.cluster.local/", "", false),
    ])
    func `services of the cluster are known by its domain`(text: String, domain: String, isService: Bool) throws {
        let url = try HTTPURL(text)
        #expect(url.isClusterService(domain: domain) == isService)
        #expect(url.isSecure(clusterDomain: domain) == isService)
    }
}

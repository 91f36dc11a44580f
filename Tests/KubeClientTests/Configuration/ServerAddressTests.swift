// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import KubeClient

struct ServerAddressTests {
    struct Valid: Sendable, CustomTestStringConvertible {
        let text: String
        let url: String
        var prefix = ""
        var prefersTLS = false
        var testDescription: String { text }
    }

    @Test(arguments: [
        Valid(text: "https://10.0.0.1:6443", url: "https://10.0.0.1:6443"),
        Valid(text: "https://host", url: "https://host:443"),
        Valid(text: "HTTPS://host/", url: "https://host:443"),
        Valid(text: "http://host:8080/k8s/clusters/c-1/", url: "http://host:8080", prefix: "/k8s/clusters/c-1"),
        Valid(text: "https://[::1]:6443", url: "https://[::1]:6443"),
        Valid(text: "host:8001", url: "http://host:8001"),
        Valid(text: "host:6443", url: "https://host:6443", prefersTLS: true),
    ])
    func `an address is taken apart as client-go does`(_ valid: Valid) throws {
        let address = try #require(ServerAddress(valid.text, prefersTLS: valid.prefersTLS))
        #expect(address.url() == valid.url)
        #expect(address.pathPrefix == valid.prefix)
    }

    @Test(arguments: [
        "", "https://", "ftp://host", "https://host:0", "https://host:70000", "https://host:x", "https://u:p@host",
        "https://ho st", "https://host?x=1", "https://[::1", "https://host/p#f", "https://[host]",
    ])
    func `what is no address is refused`(_ text: String) {
        #expect(ServerAddress(text, prefersTLS: true) == nil)
    }

    @Test func `a proxy's address keeps its password to itself`() throws {
        let proxy = try ProxyServer(proxyURL: Secret("http://us%40er:p%3Ass@proxy.example:3128/"), origin: "o")
        #expect(proxy.host == "proxy.example")
        #expect(proxy.port == 3128)
        #expect(proxy.user == "us@er")
        #expect(proxy.password == "p:ss")
        #expect(!"\(proxy)".contains("p:ss") && !String(reflecting: proxy).contains("p:ss"))
        #expect(try ProxyServer(proxyURL: Secret("socks5://p"), origin: "o").port == 1_080)
    }

    @Test(arguments: [
        "proxy:3128", "https://u:sesame@p", "ftp://u:sesame@p", "socks5://u:sesame@p", "http://u:sesame@",
    ])
    func `a proxy that cannot be used is refused without quoting it`(_ url: String) throws {
        let error = try #require(throws: KubeError.self) {
            try ProxyServer(proxyURL: Secret(url), origin: "context \"c\"")
        }
        #expect(error.code == .invalidConfiguration)
        #expect(error.message.contains("context \"c\""))
        #expect(!error.message.contains("sesame"))
    }
}

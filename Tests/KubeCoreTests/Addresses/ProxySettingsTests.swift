// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct ProxySettingsTests {
    /// An entry of `NO_PROXY`, and what it exempts; the cases are those of golang.org/x/net/http/httpproxy.
    struct Exemption: Sendable, CustomTestStringConvertible {
        let list: String
        let host: String
        var port = 443
        let isExempt: Bool
        var testDescription: String { "\(list) \(host):\(port)" }
    }

    @Test(arguments: [
        Exemption(list: "", host: "localhost", isExempt: true),
        Exemption(list: "", host: "LOCALHOST", isExempt: true),
        Exemption(list: "", host: "127.0.0.1", isExempt: true),
        Exemption(list: "", host: "127.0.0.2", isExempt: true),
        Exemption(list: "", host: "::1", isExempt: true),
        Exemption(list: "", host: "example.com", isExempt: false),
        Exemption(list: "", host: "0.0.0.0", isExempt: false),
        Exemption(list: "*", host: "example.com", isExempt: true),
        Exemption(list: "a.b, *", host: "10.0.0.1", isExempt: true),
        Exemption(list: "example.com", host: "example.com", isExempt: true),
        Exemption(list: "example.com", host: "EXAMPLE.com", isExempt: true),
        Exemption(list: "example.com", host: "a.example.com", isExempt: true),
        Exemption(list: "example.com", host: "anexample.com", isExempt: false),
        Exemption(list: ".example.com", host: "example.com", isExempt: false),
        Exemption(list: ".example.com", host: "a.example.com", isExempt: true),
        Exemption(list: "*.example.com", host: "example.com", isExempt: false),
        Exemption(list: "*.example.com", host: "a.b.example.com", isExempt: true),
        Exemption(list: "example.com:80", host: "example.com", port: 80, isExempt: true),
        Exemption(list: "example.com:80", host: "example.com", isExempt: false),
        Exemption(list: ".example.com:80", host: "a.example.com", port: 80, isExempt: true),
        Exemption(list: "192.168.1.1", host: "192.168.1.1", isExempt: true),
        Exemption(list: "192.168.1.1:33", host: "192.168.1.1", isExempt: false),
        Exemption(list: "192.168.1.1:33", host: "192.168.1.1", port: 33, isExempt: true),
        Exemption(list: "100.64.0.0/10", host: "100.65.0.1", isExempt: true),
        Exemption(list: "100.64.0.0/10", host: "101.0.0.1", isExempt: false),
        Exemption(list: "[2001:db8::5]:80", host: "2001:db8:0:0:0:0:0:5", port: 80, isExempt: true),
        Exemption(list: "[2001:db8::5]:80", host: "2001:db8::5", isExempt: false),
        Exemption(list: "2001:db8::/32", host: "2001:db8::9", isExempt: true),
        Exemption(list: " a.com , ,b.com", host: "b.com", isExempt: true),
        Exemption(list: ":1", host: "example.com", port: 1, isExempt: false),
    ])
    func `hosts are exempt as Go has it`(_ exemption: Exemption) {
        let list = ProxyExemptions(exemption.list)
        #expect(list.contains(host: exemption.host, port: exemption.port) == exemption.isExempt)
    }

    private func proxy(
        _ environment: [String: String],
        isSecure: Bool = true,
        host: String = "api.example"
    ) throws
        -> ProxyServer?
    {
        try ProxySettings(environment: environment)?.proxy(isSecure: isSecure, host: host, port: isSecure ? 443 : 80)
    }

    @Test func `https has its proxy and http another, upper case before lower case`() throws {
        let both = ["HTTPS_PROXY": "http://s:1", "https_proxy": "http://x:9", "http_proxy": "http://p:2"]
        #expect(try proxy(both)?.description == "s:1")
        #expect(try proxy(both, isSecure: false)?.description == "p:2")
        #expect(try proxy(["HTTPS_PROXY": "http://s:1"], isSecure: false) == nil)
        #expect(try proxy(["HTTPS_PROXY": "", "https_proxy": "http://x:9"])?.description == "x:9")
        #expect(try proxy(both.merging(["NO_PROXY": "example"]) { $1 }) == nil)
        #expect(try proxy(both.merging(["no_proxy": "api.example"]) { $1 }) == nil)
    }

    @Test func `an environment without a proxy gives none, and within CGI a header is none`() throws {
        #expect(ProxySettings(environment: ["NO_PROXY": "*"]) == nil)
        #expect(ProxySettings(environment: ["HTTP_PROXY": "http://p:2", "REQUEST_METHOD": "GET"]) == nil)
    }

    @Test func `an address without a scheme is one of an HTTP proxy`() throws {
        #expect(try proxy(["HTTPS_PROXY": "proxy.example:3128"])?.description == "proxy.example:3128")
        #expect(try proxy(["HTTPS_PROXY": "proxy.example"])?.port == 80)
    }

    @Test func `a proxy that cannot be used is told only when it is needed, and never quoted`() throws {
        let environment = ["HTTPS_PROXY": "https://u:sesame@p", "NO_PROXY": "ok.example"]
        #expect(try proxy(environment, host: "ok.example") == nil)
        let error = try #require(throws: ProxySettings.Invalid.self) { try proxy(environment) }
        #expect(error.source == "HTTPS_PROXY")
        #expect(error.problem == .securedProxy)
        #expect(!"\(error)".contains("sesame"))
    }

    @Test func `nothing that is printed gives a password away`() throws {
        let server = try ProxyServer("http://us%40er:sesame@proxy.example:3128/path")
        #expect(server.user == "us@er")
        #expect(server.password == "sesame")
        let settings = try #require(ProxySettings(environment: ["HTTPS_PROXY": "http://us:sesame@proxy.example"]))
        var dumped = ""
        dump(server, to: &dumped)
        dump(settings, to: &dumped)
        dumped += "\(server) \(settings) \(String(reflecting: server)) \(String(reflecting: settings))"
        #expect(dumped.contains("proxy.example:3128"))
        #expect(!dumped.contains("sesame") && !dumped.contains("us@er") && !dumped.contains("us:"))
    }

    @Test(arguments: [
        ("proxy:3128", ProxyServer.Problem.noScheme), ("https://p", .securedProxy), ("ftp://p", .unknownScheme),
        ("http://", .noURL), ("http://a b", .noURL), ("socks5://u:p@h", .socksCredentials),
        ("http://%zz@h", .badEscape),
    ])
    func `what is no proxy is refused`(text: String, problem: ProxyServer.Problem) throws {
        #expect(throws: problem) { try ProxyServer(text) }
    }

    @Test func `ports have their usual values`() throws {
        #expect(try ProxyServer("http://p").port == 80)
        #expect(try ProxyServer("socks5h://p").port == 1_080)
        #expect(try ProxyServer("socks5://[::1]").port == 1_080)
        #expect(try ProxyServer("socks5://[::1]:80").port == 80)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import KeySets

struct KeyProxyTests {
    private static let keys = Array(
        #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#.utf8
    )

    /// Names as they are known here.
    private struct Names: HostResolver {
        var known: [String: IPAddress] = [:]

        func addresses(of host: String) async throws -> [IPAddress] {
            guard let address = known[host] else { throw KeySetError(.nameNotResolved, "cannot resolve the host") }
            return [address]
        }
    }

    private func fetcher(
        proxy port: Int?,
        environment: [String: String] = [:],
        known: [String: IPAddress] = [:],
        policy: AddressPolicy = AddressPolicy()
    ) -> HTTPKeySetFetcher {
        var configuration = HTTPKeySetFetcher.Configuration(addressPolicy: policy)
        configuration.proxy = port.map {
            ProxySettings(url: "http://u:sesame@127.0.0.1:\($0)", source: "--key-proxy", environment: environment)
        }
        return HTTPKeySetFetcher(configuration: configuration, resolver: Names(known: known))
    }

    private func fetch(_ url: String, with fetcher: HTTPKeySetFetcher) async throws -> FetchedKeySet {
        try await withDeadline { try await fetcher.fetch(Endpoint(url: url)) }
    }

    @Test func `keys are fetched through the proxy, under the host's name`() async throws {
        try await TunnelProxy.run(answer: Self.keys) { proxy, port in
            let found = try await fetch("http://idp.auth.svc:8080/keys", with: fetcher(proxy: port))
            #expect(found.keySet.keys.count == 1)
            let heads = proxy.heads.entries
            #expect(heads.first?.hasPrefix("CONNECT idp.auth.svc:8080 HTTP/1.1\r\n") == true)
            #expect(heads.first?.lowercased().contains("proxy-authorization: basic dtpzzxnhbwu=") == true)
            #expect(heads.last?.hasPrefix("GET /keys HTTP/1.1\r\n") == true)
            #expect(heads.last?.contains("sesame") == false)
            #expect(heads.last?.lowercased().contains("authorization") == false)
        }
    }

    @Test func `without being told no proxy is used`() async throws {
        try await TunnelProxy.run(answer: Self.keys) { proxy, _ in
            let error = await #expect(throws: KeySetError.self) {
                try await fetch("http://idp.auth.svc:8080/keys", with: fetcher(proxy: nil))
            }
            #expect(error?.code == .nameNotResolved)
            #expect(proxy.heads.entries.isEmpty)
        }
    }

    @Test func `what NO_PROXY names is fetched directly, and checked as ever`() async throws {
        try await TunnelProxy.run(answer: Self.keys) { proxy, port in
            let direct = fetcher(
                proxy: port,
                environment: ["NO_PROXY": ".svc"],
                known: ["idp.auth.svc": .v4(0xA9FE_A9FE)]
            )
            let error = await #expect(throws: KeySetError.self) {
                try await fetch("http://idp.auth.svc:8080/keys", with: direct)
            }
            #expect(error?.code == .addressRefused)
            #expect(proxy.heads.entries.isEmpty)
        }
    }

    @Test(arguments: [
        "https://169.254.169.254/latest", "https://[fe80::1]/keys", "https://metadata.google.internal/keys",
        "https://METADATA/keys", "https://0.0.0.0/keys", "https://10.1.2.3/keys", "https://sneaky.example/keys",
        "https://[::ffff:169.254.169.254]/keys",
    ])
    func `the proxy is never asked for what must not be dialled`(url: String) async throws {
        let denied = AddressPolicy(deniedRanges: ["10.0.0.0/8"].compactMap(AddressRange.init))
        try await TunnelProxy.run(answer: Self.keys) { proxy, port in
            let guarded = fetcher(proxy: port, known: ["sneaky.example": .v4(0xA9FE_A9FE)], policy: denied)
            let error = await #expect(throws: KeySetError.self) { try await fetch(url, with: guarded) }
            #expect(error?.code == .addressRefused)
            #expect(proxy.heads.entries.isEmpty)
        }
    }

    @Test func `a redirect behind the proxy is held to the same rules`() async throws {
        let redirect = "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
        try await RedirectingProxy.run(redirect) { port in
            let error = await #expect(throws: KeySetError.self) {
                try await fetch("http://idp.auth.svc:8080/keys", with: fetcher(proxy: port))
            }
            #expect(error?.code == .addressRefused)
        }
    }

    @Test func `a proxy that refuses makes the endpoint unreachable, and its password stays unsaid`() async throws {
        try await ScriptedServer.run { _ in
            .response(407)
        } _: { server in
            let error = await #expect(throws: KeySetError.self) {
                try await fetch("https://idp.example/keys", with: fetcher(proxy: server.port))
            }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("the proxy asks for another user or password") == true)
            #expect(error.map { "\($0)" }?.contains("sesame") == false)
        }
    }

    @Test func `no certificates are looked at behind a proxy`() async throws {
        try await ScriptedServer.run { _ in
            .response(502)
        } _: { server in
            var configuration = HTTPKeySetFetcher.Configuration()
            configuration.proxy = ProxySettings(url: "http://127.0.0.1:\(server.port)", source: "x", environment: [:])
            let examiner = EndpointExaminer(configuration: configuration, resolver: Names())
            let found = try await withDeadline { try await examiner.examine(Endpoint(url: "https://idp.example/k")) }
            #expect(found.chains.isEmpty)
        }
    }
}

/// A tunnel behind which a fixed answer waits.
private enum RedirectingProxy {
    static func run(_ answer: String, _ body: (Int) async throws -> Void) async throws {
        try await TunnelProxy.run(raw: Array(answer.utf8)) { _, port in try await body(port) }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import KubeClient

struct ProxyTests {
    @Test func `requests go through the proxy, with its user and password`() async throws {
        try await TunnelServer.run(answer: #"{"gitVersion":"v1"}"#) { proxy async throws in
            var configuration = KubeConfiguration(server: "http://api.invalid:8080")
            configuration.proxyURL = Secret("http://Aladdin:open%20sesame@127.0.0.1:\(proxy.port)")
            try await TestHost().withClient(configuration) { client async throws in
                #expect(try await client.serverVersion().gitVersion == "v1")
            }
            let heads = proxy.heads.entries
            #expect(heads.count == 2)
            #expect(heads.first?.hasPrefix("CONNECT api.invalid:8080 HTTP/1.1\r\n") == true)
            #expect(
                heads.first?.lowercased().contains("proxy-authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==") == true
            )
            #expect(heads.last?.hasPrefix("GET /version HTTP/1.1\r\n") == true)
            #expect(heads.last?.lowercased().contains("proxy-authorization") == false)
        }
    }

    @Test func `a proxy that refuses a tunnel makes the server unreachable`() async throws {
        try await ScriptedServer.run(answer: { _ in .json("", status: 407) }) { proxy async throws in
            var configuration = KubeConfiguration(server: "https://api.invalid:6443")
            configuration.proxyURL = Secret("http://u:sesame@127.0.0.1:\(proxy.port)")
            try await TestHost().withClient(configuration) { client async throws in
                let error = try await #require(throws: KubeError.self) { try await client.serverVersion() }
                #expect(error.code == .unreachable)
                #expect(error.message.contains("proxy"))
                #expect(!error.message.contains("sesame"))
            }
            #expect(proxy.requests.entries.first?.method == "CONNECT")
            #expect(proxy.targets == ["api.invalid:6443"])
        }
    }
}

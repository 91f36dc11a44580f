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

    @Test func `the environment's proxy is used, and told without its password`() async throws {
        try await TunnelServer.run(answer: #"{"gitVersion":"v1"}"#) { proxy async throws in
            let host = TestHost(
                files: [
                    "/k": "clusters: [{name: c, cluster: {server: 'http://api.invalid:8080'}}]\ncurrent-context: x\n"
                        + "contexts: [{name: x, context: {cluster: c}}]"
                ],
                variables: ["HTTP_PROXY": "http://u:sesame@127.0.0.1:\(proxy.port)"]
            )
            let configuration = try KubeConfigurationLoader(host: host.environment).load(kubeconfig: "/k")
            let log = LogCapture()
            try await host.withClient(configuration, logger: log.logger) { client async throws in
                #expect(try await client.serverVersion().gitVersion == "v1")
            }
            #expect(proxy.heads.entries.first?.hasPrefix("CONNECT api.invalid:8080 HTTP/1.1\r\n") == true)
            #expect(log.lines.contains { $0.description.contains("127.0.0.1:\(proxy.port)") })
            #expect(!log.lines.contains { $0.description.contains("sesame") })
        }
    }

    @Test func `the kubeconfig's proxy goes before that of the environment`() async throws {
        try await TunnelServer.run(answer: #"{"gitVersion":"v1"}"#) { proxy async throws in
            var configuration = KubeConfiguration(server: "http://api.invalid:8080")
            configuration.proxyURL = Secret("http://127.0.0.1:\(proxy.port)")
            configuration.environmentProxy = ProxySettings(environment: ["HTTP_PROXY": "http://127.0.0.1:9"])
            try await TestHost().withClient(configuration) { client async throws in
                #expect(try await client.serverVersion().gitVersion == "v1")
            }
            #expect(proxy.heads.entries.count == 2)
        }
    }

    @Test func `this machine, and what NO_PROXY names, is reached directly`() async throws {
        try await TunnelServer.run(answer: "{}") { proxy async throws in
            let environment = ["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)", "NO_PROXY": "api.invalid"]
            try await ScriptedServer.run(answer: { _ in .json(#"{"gitVersion":"v1"}"#) }) { server async throws in
                var configuration = KubeConfiguration(server: "http://127.0.0.1:\(server.port)")
                configuration.environmentProxy = ProxySettings(environment: environment)
                try await TestHost().withClient(configuration) { client async throws in
                    #expect(try await client.serverVersion().gitVersion == "v1")
                }
            }
            var configuration = KubeConfiguration(server: "http://api.invalid:8080")
            configuration.environmentProxy = ProxySettings(environment: environment)
            try await TestHost().withClient(configuration) { client async throws in
                let error = try await #require(throws: KubeError.self) { try await client.serverVersion() }
                #expect(error.code == .unreachable)
            }
            #expect(proxy.heads.entries.isEmpty)
        }
    }

    @Test func `a variable that cannot be used is named and not quoted`() throws {
        var configuration = KubeConfiguration(server: "https://api.invalid:6443")
        configuration.environmentProxy = ProxySettings(environment: ["https_proxy": "https://u:sesame@p"])
        let error = try #require(throws: KubeError.self) {
            try KubeClient(
                configuration,
                options: KubeClient.Options(fieldManager: "t"),
                host: TestHost().environment,
                logger: LogCapture().logger
            )
        }
        #expect(error.code == .invalidConfiguration)
        #expect(error.message.contains("https_proxy"))
        #expect(!error.message.contains("sesame"))
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

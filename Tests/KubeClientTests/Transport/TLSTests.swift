// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Logging
import NIOCore
import TestKit
import Testing

@testable import KubeClient

struct TLSTests {
    private static let version = #"{"gitVersion":"v1"}"#

    private func withServer(
        _ authority: TestAuthority,
        _ pair: TestAuthority.Pair,
        demandsClientCertificate: Bool = false,
        _ body: (ScriptedServer, KubeConfiguration) async throws -> Void
    ) async throws {
        let context = try authority.server(pair, demandsClientCertificate: demandsClientCertificate)
        try await ScriptedServer.run(tls: context, answer: { _ in .json(Self.version) }) { server async throws in
            var configuration = KubeConfiguration(server: "https://127.0.0.1:\(server.port)")
            configuration.certificateAuthority = .data(Secret(authority.certificate))
            configuration.origin = "context \"dev\" of /k"
            try await body(server, configuration)
        }
    }

    private func code(_ configuration: KubeConfiguration, host: TestHost = TestHost()) async throws -> KubeError.Code? {
        do {
            return try await host.withClient(configuration) { client async throws in
                _ = try await client.serverVersion()
                return nil
            }
        } catch let error as KubeError {
            #expect(error.message.hasPrefix("cannot "))
            return error.code
        }
    }

    @Test func `a server is trusted by the given authority alone`() async throws {
        let authority = try TestAuthority()
        try await withServer(authority, try authority.issue("server", loopback: true)) {
            _,
            configuration async throws in
            var configuration = configuration
            #expect(try await code(configuration) == nil)
            configuration.certificateAuthority = .data(Secret(try TestAuthority("other").certificate))
            #expect(try await code(configuration) == .tlsFailed)
            configuration.certificateAuthority = nil
            #expect(try await code(configuration) == .tlsFailed)
            configuration.skipsTLSVerification = true
            #expect(try await code(configuration) == nil)
        }
    }

    @Test func `skipping verification is logged as a warning`() async throws {
        let capture = LogCapture()
        var configuration = KubeConfiguration(server: "https://127.0.0.1:1")
        configuration.skipsTLSVerification = true
        try await TestHost().withClient(configuration, logger: capture.logger) { _ in }
        #expect(capture.lines(at: .warning).count == 1)
    }

    @Test func `a server is known by another name when the configuration says so`() async throws {
        let authority = try TestAuthority()
        try await withServer(authority, try authority.issue("server", dns: ["api.internal"])) {
            server,
            configuration async throws in
            var configuration = configuration
            #expect(try await code(configuration) == .tlsFailed)
            configuration.tlsServerName = "other.internal"
            #expect(try await code(configuration) == .tlsFailed)
            configuration.tlsServerName = "api.internal"
            #expect(try await code(configuration) == nil)
            #expect(server.requests.entries.last?.header("Host") == "127.0.0.1:\(server.port)")
        }
    }

    @Test func `a server that asks for a certificate gets it, from data or from files`() async throws {
        let authority = try TestAuthority()
        let pair = try authority.issue("server", loopback: true)
        try await withServer(authority, pair, demandsClientCertificate: true) { _, configuration async throws in
            var configuration = configuration
            #expect(try await code(configuration) == .tlsFailed)
            let client = try authority.issue("me")
            configuration.clientCertificate = .init(
                certificate: .data(Secret(client.certificate)),
                key: .data(Secret(client.key))
            )
            #expect(try await code(configuration) == nil)
            configuration.clientCertificate = .init(certificate: .file("/c"), key: .file("/k"))
            let host = TestHost(files: ["/c": client.certificate, "/k": client.key])
            #expect(try await code(configuration, host: host) == nil)
        }
    }

    @Test func `a plugin's certificate is shown to the server`() async throws {
        let authority = try TestAuthority()
        let pair = try authority.issue("server", loopback: true)
        let client = try authority.issue("me")
        let answer: JSONValue = [
            "apiVersion": .string(ExecPlugin.Version.v1.rawValue), "kind": "ExecCredential",
            "status": ["clientCertificateData": .string(client.certificate), "clientKeyData": .string(client.key)],
        ]
        try await withServer(authority, pair, demandsClientCertificate: true) { _, configuration async throws in
            var configuration = configuration
            configuration.authorization = .exec(ExecPlugin(command: "login"))
            let host = TestHost { _ in .exited(code: 0, output: answer.jsonBytes) }
            #expect(try await code(configuration, host: host) == nil)
            let other = TestHost { _ in
                .exited(code: 0, output: Array(answer.jsonText.replacing("-----BEGIN", with: "-----").utf8))
            }
            #expect(try await code(configuration, host: other) == .credentialUnavailable)
        }
    }

    @Test func `certificates are followed when their files change, and watches go on`() async throws {
        let authority = try TestAuthority()
        let pair = try authority.issue("server", loopback: true)
        let context = try authority.server(pair, demandsClientCertificate: true)
        let answer: @Sendable (ScriptedServer.Request) -> ScriptedServer.Response = { request in
            guard request.target.contains("watch=true") else { return .json(Self.version) }
            let event = #"{"type":"ADDED","object":{}}"# + "\n"
            return .init(steps: [.text(event), .pause(.milliseconds(300)), .text(event)])
        }
        try await ScriptedServer.run(tls: context, answer: answer) { server async throws in
            let first = try authority.issue("first")
            let host = TestHost(files: ["/c": first.certificate, "/k": first.key, "/ca": authority.certificate])
            var configuration = KubeConfiguration(server: "https://127.0.0.1:\(server.port)")
            configuration.certificateAuthority = .file("/ca")
            configuration.clientCertificate = .init(certificate: .file("/c"), key: .file("/k"))
            try await host.withClient(configuration) { client async throws in
                var watch = client.watch(.configMaps).makeAsyncIterator()
                #expect(try await watch.next() != nil)
                _ = try await client.serverVersion()
                let second = try authority.issue("second")
                // Half of the pair first: the old one goes on serving.
                host.write(second.certificate, to: "/c")
                host.advance(by: 61)
                _ = try await client.serverVersion()
                host.write(second.key, to: "/k")
                host.advance(by: 61)
                _ = try await client.serverVersion()
                #expect(try await watch.next() != nil)
                let connections = server.requests.entries.filter { $0.target == "/version" }.map(\.connection)
                #expect(connections[0] == connections[1])
                #expect(connections[1] != connections[2])
            }
        }
    }

    @Test func `an authority that was replaced is read again when the server is no longer trusted`() async throws {
        let old = try TestAuthority("old")
        let new = try TestAuthority("new")
        try await withServer(new, try new.issue("server", loopback: true)) { _, configuration async throws in
            var configuration = configuration
            configuration.certificateAuthority = .file("/ca")
            let host = TestHost(files: ["/ca": old.certificate])
            try await host.withClient(configuration) { client async throws in
                let error = try await #require(throws: KubeError.self) { try await client.serverVersion() }
                #expect(error.code == .tlsFailed)
                host.write(new.certificate, to: "/ca")
                _ = try await client.serverVersion()
            }
        }
    }

    struct Unusable: Sendable, CustomTestStringConvertible {
        let what: String
        let change: @Sendable (inout KubeConfiguration, TestAuthority.Pair) -> Void
        var testDescription: String { what }
    }

    @Test(arguments: [
        Unusable(what: "certificate-authority") { configuration, _ in
            configuration.certificateAuthority = .data(Secret("sesame"))
        },
        Unusable(what: "certificate-authority /gone") { configuration, _ in
            configuration.certificateAuthority = .file("/gone")
        },
        Unusable(what: "client-certificate") { configuration, pair in
            configuration.clientCertificate = .init(certificate: .data(Secret("sesame")), key: .data(Secret(pair.key)))
        },
        Unusable(what: "client-key") { configuration, pair in
            configuration.clientCertificate = .init(
                certificate: .data(Secret(pair.certificate)),
                key: .data(Secret("sesame"))
            )
        },
        Unusable(what: "client-key /gone") { configuration, pair in
            configuration.clientCertificate = .init(certificate: .data(Secret(pair.certificate)), key: .file("/gone"))
        },
        Unusable(what: "does not belong") { configuration, pair in
            let other = try? TestAuthority().issue("other")
            configuration.clientCertificate = .init(
                certificate: .data(Secret(pair.certificate)),
                key: .data(Secret(other?.key ?? ""))
            )
        },
        Unusable(what: "token of") { configuration, _ in configuration.authorization = .token(Secret("sesame\nX: y")) },
        Unusable(what: "token file /gone") { configuration, _ in
            configuration.authorization = .tokenFile("/gone", fallback: nil)
        },
        Unusable(what: "proxy-url") { configuration, _ in configuration.proxyURL = Secret("https://u:sesame@p") },
        Unusable(what: "server of") { configuration, _ in configuration.server = "ftp://x" },
        Unusable(what: "exclude each other") { configuration, _ in configuration.skipsTLSVerification = true },
    ])
    func `what is configured but cannot be used is fatal, and named`(_ unusable: Unusable) async throws {
        let authority = try TestAuthority()
        var configuration = KubeConfiguration(server: "https://127.0.0.1:1")
        configuration.origin = "context \"dev\" of /k"
        configuration.certificateAuthority = .data(Secret(authority.certificate))
        unusable.change(&configuration, try authority.issue("me"))
        let host = TestHost()
        let error = try #require(throws: KubeError.self) {
            try KubeClient(
                configuration,
                options: KubeClient.Options(fieldManager: "t"),
                host: host.environment,
                logger: LogCapture().logger
            )
        }
        #expect(error.code == .invalidConfiguration || error.code == .credentialUnavailable)
        #expect(error.message.contains(unusable.what), "\(error.message)")
        #expect(error.message.contains("context \"dev\" of /k"), "\(error.message)")
        #expect(!error.message.contains("sesame"))
    }

    @Test func `a server without TLS behind an https address is a TLS failure`() async throws {
        try await ScriptedServer.run(answer: { _ in .json(Self.version) }) { server async throws in
            #expect(try await code(KubeConfiguration(server: "https://127.0.0.1:\(server.port)")) == .tlsFailed)
        }
    }
}

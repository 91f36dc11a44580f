// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Synchronization
import TestKit
import Testing

@testable import KubeClient

struct ExecCredentialTests {
    private static let version = ExecPlugin.Version.v1.rawValue

    private static func answer(_ status: String) -> String {
        #"{"apiVersion":"\#(version)","kind":"ExecCredential","status":{\#(status)}}"#
    }

    private func command(_ host: TestHost, _ plugin: ExecPlugin = ExecPlugin(command: "login")) -> ExecCommand {
        ExecCommand(plugin, host: host.environment, origin: "context \"dev\" of /k")
    }

    private static func host(printing text: String, code: Int = 0, hasTerminal: Bool = false) -> TestHost {
        TestHost(variables: ["PATH": "/bin"], hasTerminal: hasTerminal) { _ in
            .exited(code: code, output: Array(text.utf8))
        }
    }

    @Test func `a plugin is told what it asked to know, and its token is taken`() async throws {
        let host = Self.host(printing: Self.answer(#""token":"sesame","expirationTimestamp":"2027-01-15T08:30:00Z""#))
        var plugin = ExecPlugin(
            command: "login",
            arguments: ["-q"],
            environment: [("A", Secret("1")), ("PATH", Secret("/x"))]
        )
        plugin.cluster = ExecPlugin.ClusterInfo(
            server: "https://c",
            tlsServerName: "inner",
            skipsTLSVerification: true,
            certificateAuthority: .data(Secret("PEM")),
            proxyURL: nil,
            config: #"{"audience":"06e3"}"#
        )
        let credential = try await command(host, plugin).run()
        #expect(credential.authorization?.reveal() == "Bearer sesame")
        #expect(credential.expiresAt == Timestamp.parse("2027-01-15T08:30:00Z"))
        let run = try #require(host.commands.entries.first)
        #expect(run.arguments == ["-q"])
        #expect(run.environment["A"]?.reveal() == "1")
        #expect(run.environment["PATH"]?.reveal() == "/x")
        #expect(!run.sharesStandardInput)
        let information = try JSONValue(parsing: try #require(run.environment["KUBERNETES_EXEC_INFO"]).reveal())
        let expected: JSONValue = [
            "apiVersion": .string(Self.version), "kind": "ExecCredential",
            "spec": [
                "interactive": false,
                "cluster": [
                    "server": "https://c", "tls-server-name": "inner", "insecure-skip-tls-verify": true,
                    "certificate-authority-data": "UEVN", "config": ["audience": "06e3"],
                ],
            ],
        ]
        #expect(information == expected)
    }

    @Test func `YAML and a client certificate are taken too`() async throws {
        let host = Self.host(
            printing: """
                apiVersion: client.authentication.k8s.io/v1
                kind: ExecCredential
                status: {clientCertificateData: CERT, clientKeyData: KEY}
                """
        )
        let credential = try await command(host).run()
        #expect(credential.authorization == nil)
        #expect(credential.identity == .init(certificate: Secret("CERT"), key: Secret("KEY")))
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let output: String
        var code = 0
        let needle: String
        var testDescription: String { needle }
    }

    @Test(arguments: [
        Bad(output: "", needle: "no ExecCredential"),
        Bad(output: "sesame", needle: "no ExecCredential"),
        Bad(output: "{", needle: "no ExecCredential"),
        Bad(output: answer(#""token":"sesame""#), code: 3, needle: "status 3"),
        Bad(
            output:
                #"{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"sesame"}}"#,
            needle: "no ExecCredential of client.authentication.k8s.io/v1"
        ),
        Bad(output: #"{"apiVersion":"\#(version)","kind":"ExecCredential"}"#, needle: "no status"),
        Bad(output: answer(""), needle: "neither a token nor a certificate"),
        Bad(output: answer(#""token":"""#), needle: "neither a token nor a certificate"),
        Bad(output: answer(#""clientKeyData":"sesame""#), needle: "without the other"),
        Bad(output: answer(#""token":"sesame","expirationTimestamp":"tomorrow""#), needle: "no time"),
        Bad(output: answer(#""token":"sesame\r\nX: y""#), needle: "no bearer token has"),
    ])
    func `a plugin that fails is an error that repeats nothing of its output`(_ bad: Bad) async throws {
        let host = Self.host(printing: bad.output, code: bad.code)
        let error = try await #require(throws: KubeError.self) { try await command(host).run() }
        #expect(error.code == .credentialUnavailable)
        #expect(error.message.contains(bad.needle), "\(error.message)")
        #expect(error.message.contains("login"))
        #expect(!error.message.contains("sesame"))
    }

    @Test func `a plugin that is missing is an error with the hint how to get it`() async throws {
        var plugin = ExecPlugin(command: "login")
        plugin.installHint = "get it from the shop"
        let error = try await #require(throws: KubeError.self) { try await command(TestHost(), plugin).run() }
        #expect(error.message.contains("no such program; get it from the shop"))
    }

    @Test(arguments: ExecPlugin.InteractiveMode.allCases)
    func `a plugin gets the terminal only where there is one and it may`(
        _ mode: ExecPlugin.InteractiveMode
    ) async throws {
        var plugin = ExecPlugin(command: "login")
        plugin.interactiveMode = mode
        let output = Self.answer(#""token":"t""#)
        let terminal = Self.host(printing: output, hasTerminal: true)
        _ = try await command(terminal, plugin).run()
        #expect(terminal.commands.entries.map(\.sharesStandardInput) == [mode != .never])
        let none = Self.host(printing: output)
        if mode == .always {
            let error = try await #require(throws: KubeError.self) { try await command(none, plugin).run() }
            #expect(error.message.contains("terminal"))
            #expect(none.commands.count == 0)
        } else {
            _ = try await command(none, plugin).run()
            #expect(none.commands.entries.map(\.sharesStandardInput) == [false])
        }
    }

    @Test func `a credential serves until shortly before its end, then the plugin runs again`() async throws {
        let host = TestHost { _ in
            .exited(
                code: 0,
                output: Array(Self.answer(#""token":"t","expirationTimestamp":"2027-01-15T08:10:00Z""#).utf8)
            )
        }
        // The host's clock stands at 08:00:00.
        #expect(Timestamp.format(host.now) == "2027-01-15T08:00:00Z")
        let source = ExecCredentialSource(command(host), now: { host.now })
        _ = try await source.current()
        host.advance(by: 569)
        _ = try await source.current()
        #expect(host.commands.count == 1)
        host.advance(by: 1)
        _ = try await source.current()
        #expect(host.commands.count == 2)
    }

    @Test func `when a renewal fails the old credential serves to its end, and not beyond`() async throws {
        let isBroken = Mutex(false)
        let host = TestHost { _ in
            isBroken.withLock { $0 }
                ? .exited(code: 1, output: [])
                : .exited(
                    code: 0,
                    output: Array(Self.answer(#""token":"t","expirationTimestamp":"2027-01-15T08:10:00Z""#).utf8)
                )
        }
        let source = ExecCredentialSource(command(host), now: { host.now })
        _ = try await source.current()
        isBroken.withLock { $0 = true }
        host.advance(by: 575)
        #expect(try await source.current().authorization?.reveal() == "Bearer t")
        #expect(try await source.current().authorization?.reveal() == "Bearer t")
        #expect(host.commands.count == 2)
        host.advance(by: 25)
        await #expect(throws: KubeError.self) { try await source.current() }
    }

    @Test func `many who ask at once share one run`() async throws {
        let gate = Gate()
        let host = TestHost { _ in
            try await gate.wait()
            return .exited(code: 0, output: Array(Self.answer(#""token":"t""#).utf8))
        }
        let source = ExecCredentialSource(command(host), now: { host.now })
        try await withThrowingTaskGroup(of: Credential.self) { group in
            for _ in 0..<20 { group.addTask { try await source.current() } }
            try await host.commands.wait(count: 1)
            gate.open()
            for try await credential in group { #expect(credential.serial == 1) }
        }
        #expect(host.commands.count == 1)
    }

    @Test func `when the one who runs the plugin is cancelled, another takes over`() async throws {
        let gate = Gate()
        let runs = Mutex(0)
        let host = TestHost { _ in
            let run = runs.withLock {
                $0 += 1
                return $0
            }
            if run == 1 {
                try await Task.sleep(for: .seconds(60))
            } else {
                try await gate.wait()
            }
            return .exited(code: 0, output: Array(Self.answer(#""token":"t""#).utf8))
        }
        let source = ExecCredentialSource(command(host), now: { host.now })
        try await withThrowingTaskGroup(of: Credential?.self) { group in
            let first = Task { try await source.current() }
            try await host.commands.wait(count: 1)
            for _ in 0..<5 { group.addTask { try await source.current() } }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            try await host.commands.wait(count: 2)
            gate.open()
            for try await credential in group { #expect(credential?.serial == 1) }
        }
        #expect(host.commands.count == 2)
    }

    @Test func `a refused credential is replaced once, and not again within the cool-down`() async throws {
        let host = Self.host(printing: Self.answer(#""token":"t""#))
        let source = ExecCredentialSource(command(host), now: { host.now })
        let first = try await source.current()
        host.advance(by: 60)
        let second = try #require(try await source.replacement(for: first))
        #expect(second.serial == 2)
        // Somebody else noticed first: the new one is handed out without a run.
        #expect(try await source.replacement(for: first)?.serial == 2)
        #expect(try await source.replacement(for: second)?.serial == nil)
        #expect(host.commands.count == 2)
    }
}

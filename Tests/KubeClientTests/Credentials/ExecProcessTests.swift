// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import TestKit
import Testing

@testable import KubeClient

/// Plugins as real programs.
struct ExecProcessTests {
    private func withScript<Result>(
        _ text: String,
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("plugin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appendingPathComponent("login.sh").path
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return try await body(path)
    }

    private func run(
        _ path: String,
        variables: [String: String] = ["PATH": "/usr/bin:/bin"],
        limit: Duration = .seconds(20)
    ) async throws -> HostEnvironment.Outcome {
        try await withDeadline(.seconds(30), "the plugin") {
            try await HostEnvironment.live.run(
                HostEnvironment.Command(
                    executable: path,
                    arguments: ["one", "two words"],
                    environment: variables.mapValues { Secret($0) },
                    sharesStandardInput: false,
                    outputLimit: 10_000,
                    timeLimit: limit
                )
            )
        }
    }

    @Test func `a real plugin gets arguments and environment, and nothing of ours`() async throws {
        try await withScript(#"printf '%s|%s|%s|%s' "$1" "$2" "$A" "${HOME-none}"; cat"#) { path in
            let outcome = try await run(path, variables: ["PATH": "/bin:/usr/bin", "A": "x y"])
            guard case .exited(0, let output) = outcome else {
                Issue.record("ended with \(outcome)")
                return
            }
            #expect(String(decoding: output, as: UTF8.self) == "one|two words|x y|none")
        }
    }

    @Test func `output that comes in many pieces is read to its end`() async throws {
        try await withScript("for i in 1 2 3 4 5; do printf 'piece%s' $i; sleep 0.01; done") { path in
            guard case .exited(0, let output) = try await run(path) else {
                Issue.record("it failed")
                return
            }
            #expect(String(decoding: output, as: UTF8.self) == "piece1piece2piece3piece4piece5")
        }
    }

    @Test func `an exit status, a missing program, too much output and too much time are told apart`() async throws {
        try await withScript("exit 7") { path in
            guard case .exited(7, _) = try await run(path) else {
                Issue.record("the status is lost")
                return
            }
        }
        guard case .notFound = try await run("/nowhere/login.sh") else {
            Issue.record("a missing program is not noticed")
            return
        }
        try await withScript("head -c 20000 /dev/zero") { path in
            guard case .outputTooLarge = try await run(path) else {
                Issue.record("too much output is not noticed")
                return
            }
        }
        try await withScript("exec sleep 60") { path in
            guard case .timedOut = try await run(path, limit: .milliseconds(200)) else {
                Issue.record("too much time is not noticed")
                return
            }
        }
    }

    @Test func `a kubeconfig with a real plugin beside it ends in a request with its token`() async throws {
        let answer =
            #"{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"from-$A-$1\"}}"#
        try await withScript("echo \"\(answer)\"") { path in
            var configuration = KubeConfiguration(server: "")
            configuration.authorization = .exec(
                ExecPlugin(command: path, arguments: ["arg"], environment: [("A", Secret("env"))])
            )
            let seen = try await ScriptedServer.run(answer: { _ in .json(#"{"gitVersion":"v1"}"#) }) {
                server async throws in
                configuration.server = "http://127.0.0.1:\(server.port)"
                return try await withKubeClient(
                    configuration,
                    options: KubeClient.Options(fieldManager: "t"),
                    host: .live,
                    logger: LogCapture().logger
                ) { client async throws in
                    _ = try await client.serverVersion()
                    return server.requests.entries.map { $0.header("Authorization") }
                }
            }
            #expect(seen == ["Bearer from-env-arg"])
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeClient
import Logging
import Synchronization
import TestKit

/// A machine with files in memory, variables of choice and a time of day that stands still until it is moved.
final class TestHost: Sendable {
    private struct State {
        var files: [String: String] = [:]
        var now = Date(timeIntervalSince1970: 1_800_000_000)
        var sleeps: [Duration] = []
    }

    private let state: Mutex<State>
    private let variables: [String: String]
    private let hasTerminal: Bool
    /// The programs that were run, in order.
    let commands = Journal<HostEnvironment.Command>()
    private let runner: @Sendable (HostEnvironment.Command) async throws -> HostEnvironment.Outcome

    init(
        files: [String: String] = [:],
        variables: [String: String] = [:],
        hasTerminal: Bool = false,
        runner: @escaping @Sendable (HostEnvironment.Command) async throws -> HostEnvironment.Outcome = { _ in .notFound
        }
    ) {
        state = Mutex(State(files: files))
        self.variables = variables
        self.hasTerminal = hasTerminal
        self.runner = runner
    }

    /// The seam.
    var environment: HostEnvironment {
        HostEnvironment(
            variables: variables,
            hasTerminal: hasTerminal,
            workingDirectory: "/work",
            readFile: { path throws(HostEnvironment.FileError) in
                let content = self.state.withLock { $0.files[path] }
                if content == "<unreadable>" { throw HostEnvironment.FileError(reason: "Permission denied") }
                return content.map { Array($0.utf8) }
            },
            run: { command in
                self.commands.append(command)
                return try await self.runner(command)
            }
        )
    }

    /// The client's time: sleeps are over at once, and written down.
    var timing: Timing {
        var timing = Timing(clock: ContinuousClock(), now: { self.now }, jitter: { 0 })
        timing.sleep = { duration in
            try Task.checkCancellation()
            self.state.withLock { $0.sleeps.append(duration) }
        }
        return timing
    }

    var now: Date { state.withLock { $0.now } }

    /// How long the client wanted to wait, in order.
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(by seconds: TimeInterval) {
        state.withLock { $0.now = $0.now.addingTimeInterval(seconds) }
    }

    func write(_ content: String?, to path: String) {
        state.withLock { $0.files[path] = content }
    }

    /// Runs a client for the time of a closure.
    func withClient<Result: Sendable>(
        _ configuration: KubeConfiguration,
        options: KubeClient.Options = KubeClient.Options(fieldManager: "tester"),
        logger: Logger = LogCapture().logger,
        _ body: (KubeClient) async throws -> Result
    ) async throws -> Result {
        try await withKubeClient(
            configuration,
            options: options,
            host: environment,
            timing: timing,
            logger: logger,
            body
        )
    }
}

extension ScriptedServer {
    /// Runs a server and a client of it for the time of a closure.
    static func withClient<Result: Sendable>(
        host: TestHost = TestHost(),
        options: KubeClient.Options = KubeClient.Options(fieldManager: "tester"),
        configure: (inout KubeConfiguration) -> Void = { _ in },
        answer: @escaping @Sendable (Request) -> Response,
        _ body: (KubeClient, ScriptedServer) async throws -> Result
    ) async throws -> Result {
        try await run(answer: answer) { server in
            var configuration = KubeConfiguration(server: "http://127.0.0.1:\(server.port)")
            configure(&configuration)
            return try await host.withClient(configuration, options: options) { try await body($0, server) }
        }
    }
}

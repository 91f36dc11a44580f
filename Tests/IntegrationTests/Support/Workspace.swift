// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import FoundationEssentials
import KubeCore
import Logging
import TestKit
import Testing

/// A folder of its own for a test, and the programs that it runs there: `grantor` itself and kubectl.
struct Workspace: Sendable {
    /// The folder, gone after the test; the home of the programs.
    let home: String

    /// The environment that programs get in a home of their own.
    static func variables(home: String) -> [String: String?] {
        [
            "HOME": home, "KUBECONFIG": "\(home)/kubeconfig", "NO_PROXY": "127.0.0.1,localhost",
            "HTTP_PROXY": nil, "HTTPS_PROXY": nil, "http_proxy": nil, "https_proxy": nil,
            "KUBERNETES_SERVICE_HOST": nil, "KUBERNETES_SERVICE_PORT": nil,
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "TERM": "dumb",
        ]
    }

    /// The path of a file in the folder.
    func path(_ name: String) -> String {
        "\(home)/\(name)"
    }

    /// Writes a file into the folder.
    ///
    /// - Returns: Its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        return path(name)
    }

    /// The text of a file in the folder.
    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path(name))), as: UTF8.self)
    }

    /// The program, to be run.
    func grantor(
        _ arguments: [String],
        input: String = "",
        environment: [String: String?] = [:]
    ) throws -> Command {
        let variables = Self.variables(home: home).merging(environment) { _, new in new }
        return Command(
            path: try Tool.grantor.required(),
            arguments: arguments,
            environment: variables,
            input: input
        )
    }

    /// Runs the program to its end, whatever that is.
    func run(
        _ arguments: String...,
        input: String = "",
        environment: [String: String?] = [:]
    ) async throws -> Command.Outcome {
        try await grantor(arguments, input: input, environment: environment).run()
    }

    /// kubectl, to be run.
    func kubectl(_ arguments: [String], input: String = "", environment: [String: String?] = [:]) throws -> Command {
        let variables = Self.variables(home: home).merging(environment) { _, new in new }
        return Command(
            path: try Tool.kubectl.required(),
            arguments: arguments,
            environment: variables,
            input: input
        )
    }

    /// Runs kubectl, which must succeed.
    ///
    /// - Returns: What it wrote on standard output.
    @discardableResult
    func kubectl(
        _ arguments: String...,
        input: String = "",
        environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await succeed(
            kubectl(arguments, input: input, environment: environment),
            sourceLocation: sourceLocation
        )
    }

    /// Runs a program, which must succeed.
    ///
    /// - Returns: What it wrote on standard output.
    @discardableResult
    func succeed(_ command: Command, sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(command): \(outcome)", sourceLocation: sourceLocation)
        return outcome.output
    }

    /// Waits until a line of `kubectl get ... -w` satisfies a condition, rather than asking again and again.
    func watch(
        _ arguments: String...,
        within limit: Duration = .seconds(20),
        until condition: @escaping @Sendable (String) -> Bool
    ) async throws {
        let command = try kubectl(["get"] + arguments + ["-w"])
        try await command.running { lines in
            _ = try await lines.wait("\(command)", within: limit) { $0.contains(where: condition) }
        }
    }
}

/// Runs a test in a folder of its own.
func withWorkspace<Result: Sendable>(_ body: (Workspace) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(component: "grantor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(Workspace(home: folder.path))
}

/// Runs an identity provider with one realm for the length of a scope.
func withRealm<Result: Sendable>(
    _ shape: RealmShape = .keycloak,
    _ body: (Realm) async throws -> Result
) async throws -> Result {
    let provider = try DevIdentityProvider(
        configuration: .init(realms: [.init(name: "influxdb", shape: shape)]),
        logger: LogCapture().logger
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await provider.run() }
        defer { group.cancelAll() }
        let realm = try provider.realm("influxdb")
        _ = try await realm.keysURL
        return try await body(realm)
    }
}

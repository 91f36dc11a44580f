// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import FoundationEssentials
import KubeCore
import TestKit
import Testing

/// An API server of its own for a test, and the tools pointed at it.
struct Cluster: Sendable {
    /// The server.
    let server: DevAPIServer
    /// A folder that is gone after the test; the home of the tools, so that they share no cache.
    let home: String

    /// Runs kubectl to its end, whatever that is.
    func kubectl(
        _ arguments: String...,
        input: String = "",
        environment: [String: String?] = [:]
    ) async throws -> Command.Outcome {
        try await command(Tool.kubectl.required(), arguments, input: input, environment: environment).run()
    }

    /// Runs kubectl, which must succeed.
    ///
    /// - Returns: What it wrote on standard output.
    @discardableResult
    func succeed(
        _ arguments: String...,
        input: String = "",
        environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let command = command(try Tool.kubectl.required(), arguments, input: input, environment: environment)
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(command): \(outcome)", sourceLocation: sourceLocation)
        return outcome.output
    }

    /// Runs kubectl, which must fail with status 1.
    ///
    /// - Returns: What it wrote on standard error.
    @discardableResult
    func fail(
        _ arguments: String...,
        input: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let command = command(try Tool.kubectl.required(), arguments, input: input)
        let outcome = try await command.run()
        try #require(outcome.status == 1, "\(command): \(outcome)", sourceLocation: sourceLocation)
        return outcome.errors
    }

    /// Waits until an object is gone; kubectl before 1.23 calls it an error when it is gone already.
    func awaitDeletion(_ resource: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let outcome = try await kubectl("wait", "--for=delete", resource, "--timeout=20s")
        let isMissing = outcome.errors.contains("(NotFound)") || outcome.errors.contains("no matching resources found")
        let isGone = outcome.status == 0 || isMissing
        try #require(isGone, "\(outcome)", sourceLocation: sourceLocation)
    }

    /// The object that kubectl shows.
    func object(
        _ kind: String,
        _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws
        -> JSONValue
    {
        try JSONValue(parsing: try await succeed("get", kind, name, "-o", "json", sourceLocation: sourceLocation))
    }

    /// Runs a Python script of this target, which must succeed.
    ///
    /// - Returns: What it wrote on standard output.
    @discardableResult
    func python(
        _ script: String,
        _ arguments: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let command = command(try Tool.python.required(), [Tool.script(script)] + arguments)
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(command): \(outcome)", sourceLocation: sourceLocation)
        return outcome.output
    }

    /// A command with the environment of this cluster.
    func command(
        _ path: String,
        _ arguments: [String],
        input: String = "",
        environment: [String: String?] = [:]
    ) -> Command {
        let variables = Workspace.variables(home: home).merging(environment) { _, new in new }
        return Command(path: path, arguments: arguments, environment: variables, input: input)
    }
}

/// Runs an API server for a test, with the tools pointed at it.
func withCluster<Result: Sendable>(
    _ configuration: DevAPIServer.Configuration = .init(),
    manifests: [JSONValue] = [],
    _ body: (Cluster) async throws -> Result
) async throws -> Result {
    var configuration = configuration
    configuration.manifests += manifests
    let folder = FileManager.default.temporaryDirectory.appending(component: "grantor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await withDevAPIServer(configuration) { server in
        let kubeconfig = Data(JSONWriter.bytes(try await server.kubeconfig(), layout: .indented))
        try kubeconfig.write(to: folder.appending(component: "kubeconfig"))
        return try await body(Cluster(server: server, home: folder.path))
    }
}

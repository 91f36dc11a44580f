// Grantor
// SPDX-License-Identifier: Apache-2.0

import Subprocess
import TestKit
import Testing

/// A program to run, with a time limit.
struct Command: Sendable {
    /// How a program ended and what it wrote.
    struct Outcome: Sendable, CustomStringConvertible {
        /// The exit status; that of a signal is 128 and its number.
        let status: Int
        /// What went to standard output.
        let output: String
        /// What went to standard error.
        let errors: String

        /// All of it, for the log of a failed test.
        var description: String {
            "status \(status)\n--- standard output\n\(output)--- standard error\n\(errors)"
        }
    }

    private static let maximumOutput = 8 << 20

    /// The path of the program.
    let path: String
    /// Its arguments.
    var arguments: [String] = []
    /// Changes to the environment; `nil` takes a variable away.
    var environment: [String: String?] = [:]
    /// What it reads on standard input.
    var input = ""
    /// The longest it may take.
    var limit: Duration = .seconds(60)

    /// Runs it to its end.
    ///
    /// - Throws: `DeadlineExceeded` when it takes too long, after ending it.
    func run() async throws -> Outcome {
        try await withDeadline(limit, "the end of \(self)") {
            let result = try await Subprocess.run(
                try await executable,
                arguments: .init(arguments),
                environment: updatedEnvironment,
                platformOptions: Self.options,
                input: .string(input),
                output: .string(limit: Self.maximumOutput),
                error: .string(limit: Self.maximumOutput)
            )
            return Outcome(
                status: result.terminationStatus.number,
                output: result.standardOutput,
                errors: result.standardError
            )
        }
    }

    /// Runs it beside a body, and ends it with the body.
    ///
    /// - Parameter body: Gets a journal of the lines of both outputs, in the order they come.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    func running<Result: Sendable>(_ body: @Sendable (Journal<String>) async throws -> Result) async throws -> Result {
        let lines = Journal<String>()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await streaming(into: lines) { _ in } }
            let result = try await body(lines)
            group.cancelAll()
            return result
        }
    }

    /// Runs it to its end and takes its lines as they come, beside a body that may send it signals.
    ///
    /// - Parameters:
    ///   - lines: Gets the lines of both outputs, in the order they come.
    ///   - body: Gets what signals go to, once it runs.
    /// - Returns: The exit status; that of a signal is 128 and its number.
    /// - Throws: What the body throws, after ending it.
    func streaming(into lines: Journal<String>, _ body: (SignalTarget) async throws -> Void) async throws -> Int {
        let result = try await Subprocess.run(
            try await executable,
            arguments: .init(arguments),
            environment: updatedEnvironment,
            platformOptions: Self.options,
            input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            let target = SignalTarget { signal in try execution.send(signal: signal) }
            defer { target.end() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await line in execution.standardOutput.strings() { lines.append(line) }
                }
                try await body(target)
                try await group.waitForAll()
            }
        }
        return result.terminationStatus.number
    }

    /// The program in the form that the library wants, which takes paths only in a type of another package.
    var executable: Executable {
        get async throws {
            let parts = path.split(separator: "/").map(String.init)
            let folder = "/" + parts.dropLast().joined(separator: "/")
            let found = try await Executable.name(parts.last ?? path).resolveExecutablePath(
                in: .custom(["PATH": folder])
            )
            return .path(found)
        }
    }

    var updatedEnvironment: Environment {
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in environment {
            changes[Environment.Key(stringLiteral: name)] = value
        }
        return .inherit.updating(changes)
    }

    static var options: PlatformOptions {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        return options
    }
}

extension Command: CustomStringConvertible {
    /// The command line, for messages.
    var description: String {
        ([path.split(separator: "/").last.map(String.init) ?? path] + arguments).joined(separator: " ")
    }
}

extension TerminationStatus {
    /// The status as a shell would show it.
    var number: Int {
        switch self {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }
}

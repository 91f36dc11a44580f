// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Subprocess

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension HostEnvironment {
    /// The machine as it is.
    public static var live: HostEnvironment {
        HostEnvironment(
            variables: ProcessInfo.processInfo.environment,
            hasTerminal: isatty(STDIN_FILENO) == 1,
            workingDirectory: FileManager.default.currentDirectoryPath,
            readFile: { path throws(FileError) in try readRealFile(path) },
            run: { command in try await runRealCommand(command) }
        )
    }

    /// No kubeconfig, certificate or token comes near this; whatever is larger is the wrong file.
    private static let maximumFileBytes = 16 << 20

    private static func readRealFile(_ path: String) throws(FileError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let number = errno
            if number == ENOENT || number == ENOTDIR { return nil }
            throw FileError(reason: String(cString: strerror(number)))
        }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return content }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw FileError(reason: String(cString: strerror(errno)))
            }
            content.append(contentsOf: buffer[..<count])
            guard content.count <= maximumFileBytes else { throw FileError(reason: "it is too large") }
        }
    }

    private static func runRealCommand(_ command: Command) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask { try await runUntilExit(command) }
            group.addTask {
                try await Task.sleep(for: command.timeLimit)
                return .timedOut
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() else { return .failed(reason: "it was not started") }
            try Task.checkCancellation()
            return outcome
        }
    }

    private static func runUntilExit(_ command: Command) async throws -> Outcome {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in command.environment {
            if let key = Environment.Key(rawValue: name) { variables[key] = value.reveal() }
        }
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .milliseconds(500))]
        do {
            let executable = try await locate(command.executable)
            let arguments = Arguments(command.arguments)
            let environment = Environment.custom(variables)
            if command.sharesStandardInput {
                let result = try await Subprocess.run(
                    executable,
                    arguments: arguments,
                    environment: environment,
                    platformOptions: options,
                    input: .currentStandardInput,
                    output: .bytes(limit: command.outputLimit),
                    error: .currentStandardError
                )
                return outcome(result.terminationStatus, output: result.standardOutput)
            }
            let result = try await Subprocess.run(
                executable,
                arguments: arguments,
                environment: environment,
                platformOptions: options,
                input: .none,
                output: .bytes(limit: command.outputLimit),
                error: .currentStandardError
            )
            return outcome(result.terminationStatus, output: result.standardOutput)
        } catch let error as SubprocessError {
            if Task.isCancelled { throw CancellationError() }
            switch error.code {
            case .executableNotFound: return .notFound
            case .outputLimitExceeded: return .outputTooLarge
            default: return .failed(reason: error.underlyingError.map { "\($0)" } ?? "it could not be started")
            }
        }
    }

    /// A path is split, because a name and a directory to look it up in are what makes a path here.
    private static func locate(_ command: String) async throws -> Executable {
        guard let slash = command.lastIndex(of: "/") else { return .name(command) }
        let name = String(command[command.index(after: slash)...])
        let directory = slash == command.startIndex ? "/" : String(command[..<slash])
        let environment = Environment.custom(["PATH": directory])
        return .path(try await Executable.name(name).resolveExecutablePath(in: environment))
    }

    private static func outcome(_ status: TerminationStatus, output: [UInt8]) -> Outcome {
        switch status {
        case .exited(let code): .exited(code: Int(code), output: output)
        case .signaled: .signalled
        }
    }
}

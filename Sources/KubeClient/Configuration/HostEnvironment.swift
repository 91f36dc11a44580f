// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What the configuration and the credentials need of the machine: variables, files and other programs.
public struct HostEnvironment: Sendable {
    /// A program to run.
    public struct Command: Sendable {
        /// A name to look up in `PATH`, or an absolute path.
        public var executable: String
        /// Its arguments.
        public var arguments: [String]
        /// Its whole environment.
        public var environment: [String: Secret]
        /// Whether it gets our standard input instead of an empty one.
        public var sharesStandardInput: Bool
        /// The greatest number of bytes that it may write to its standard output.
        public var outputLimit: Int
        /// How long it may run before it is ended.
        public var timeLimit: Duration
    }

    /// How a program ended.
    public enum Outcome: Sendable {
        /// It exited with a code, and wrote this to its standard output.
        case exited(code: Int, output: [UInt8])
        /// It was ended by a signal.
        case signalled
        /// There is no such program.
        case notFound
        /// It could not be started.
        case failed(reason: String)
        /// It wrote more than allowed.
        case outputTooLarge
        /// It ran longer than allowed.
        case timedOut
    }

    /// The environment variables.
    public var variables: [String: String]
    /// Whether standard input is a terminal.
    public var hasTerminal: Bool
    /// The working directory, absolute.
    public var workingDirectory: String
    /// Reads a file; `nil` when there is none.
    public var readFile: @Sendable (_ path: String) throws(FileError) -> [UInt8]?
    /// Runs a program to its end; throws `CancellationError` alone.
    public var run: @Sendable (_ command: Command) async throws -> Outcome

    /// Why a file that is there cannot be read.
    public struct FileError: Error, Sendable {
        /// The reason, for people.
        public let reason: String

        /// Creates an error.
        public init(reason: String) {
            self.reason = reason
        }
    }

    /// Creates an environment.
    public init(
        variables: [String: String],
        hasTerminal: Bool = false,
        workingDirectory: String = "/",
        readFile: @escaping @Sendable (_ path: String) throws(FileError) -> [UInt8]?,
        run: @escaping @Sendable (_ command: Command) async throws -> Outcome
    ) {
        self.variables = variables
        self.hasTerminal = hasTerminal
        self.workingDirectory = workingDirectory
        self.readFile = readFile
        self.run = run
    }
}

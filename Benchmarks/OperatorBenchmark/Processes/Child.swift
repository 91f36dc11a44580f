// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program under measurement.
final class Child: Sendable {
    /// Where it may run.
    enum Placement {
        /// On any core.
        case anywhere
        /// On the first core alone; needs `taskset` of util-linux.
        case firstCore
    }

    /// A program that cannot be started or observed.
    struct Failure: Error, CustomStringConvertible {
        /// What is wrong, for people.
        let description: String
    }

    /// Its process id.
    let processID: pid_t
    /// The moment before it was started.
    let started: ContinuousClock.Instant
    private let hasEnded = Mutex(false)

    /// Starts a program; what it prints goes to a file.
    ///
    /// - Throws: `Failure`.
    init(_ program: String, _ arguments: [String], log: String, placement: Placement = .anywhere) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let variables = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var identifier = pid_t()
        var command = [program] + arguments
        if placement == .firstCore {
            command = ["/usr/bin/taskset", "--cpu-list", ProcessUsage.firstCore] + command
        }
        started = .now
        let code = Self.withCStrings(command) { arguments in
            Self.withCStrings(variables) { variables in
                posix_spawn(&identifier, command[0], &actions, nil, arguments, variables)
            }
        }
        guard code == 0 else { throw Failure(description: "cannot start \(program): error \(code)") }
        processID = identifier
    }

    /// What it uses at the moment.
    ///
    /// - Throws: `Failure` when it has ended.
    func usage() throws -> ProcessUsage {
        guard let usage = ProcessUsage(of: processID) else {
            throw Failure(description: "cannot observe process \(processID): it has ended")
        }
        return usage
    }

    /// Ends it as an orchestrator would: SIGTERM, and SIGKILL ten seconds later.
    func stop() async {
        if hasEnded.withLock({ $0 }) { return }
        kill(processID, SIGTERM)
        for _ in 0..<1_000 {
            var status: Int32 = 0
            if waitpid(processID, &status, WNOHANG) != 0 {
                hasEnded.withLock { $0 = true }
                return
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        kill(processID, SIGKILL)
        var status: Int32 = 0
        waitpid(processID, &status, 0)
        hasEnded.withLock { $0 = true }
    }

    /// Waits for its end.
    ///
    /// - Returns: The exit status, or 128 and the number of the signal that ended it.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0, errno == EINTR {}
        hasEnded.withLock { $0 = true }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    private static func withCStrings<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

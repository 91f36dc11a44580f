// Grantor
// SPDX-License-Identifier: Apache-2.0

import Subprocess
import Synchronization
import TestKit

/// A program under way, which a test stops, continues and kills as it likes.
struct ProcessControl: Sendable {
    /// The lines of both outputs, in the order they come.
    let lines: Journal<String>
    /// Sends a signal; a program that has ended gets none.
    let send: @Sendable (Subprocess.Signal) -> Void
    /// How it ended; `nil` while it runs.
    let status: @Sendable () -> Int?

    /// Waits for its end.
    ///
    /// - Returns: The exit status; that of a signal is 128 and its number.
    func end(within limit: Duration = .seconds(30)) async throws -> Int {
        try await withDeadline(limit, "the end of a program") {
            while true {
                if let status = status() { return status }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }
}

/// What is known of a program under way.
private final class RunningProcess: Sendable {
    /// What signals go to; `nil` before it runs.
    let target = Mutex<SignalTarget?>(nil)
    /// How it ended.
    let status = Mutex<Int?>(nil)
}

extension Command {
    /// Runs it beside a body, and kills it when the body is done, unless it has ended by itself.
    func controlled(_ body: @escaping @Sendable (ProcessControl) async throws -> Void) async throws {
        let lines = Journal<String>()
        let state = RunningProcess()
        let control = ProcessControl(
            lines: lines,
            send: { signal in try? state.target.withLock { $0 }?.send(signal) },
            status: { state.status.withLock { $0 } }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let status = try await streaming(into: lines) { target in state.target.withLock { $0 = target } }
                state.status.withLock { $0 = status }
            }
            do {
                try await withDeadline(.seconds(20), "the start of a program") {
                    while state.target.withLock({ $0 == nil }) { try await Task.sleep(for: .milliseconds(5)) }
                }
                try await body(control)
            } catch {
                control.send(.kill)
                throw error
            }
            control.send(.kill)
            try await group.waitForAll()
        }
    }

    /// Runs several programs side by side.
    static func controlled(
        _ commands: [Command],
        _ body: @escaping @Sendable ([ProcessControl]) async throws -> Void
    ) async throws {
        guard let first = commands.first else { return try await body([]) }
        try await first.controlled { control in
            try await Self.controlled(Array(commands.dropFirst())) { try await body([control] + $0) }
        }
    }
}

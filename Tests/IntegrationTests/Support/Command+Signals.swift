// Grantor
// SPDX-License-Identifier: Apache-2.0

import Subprocess
import Synchronization
import TestKit

extension Command {
    /// How a program ended that was told to.
    struct Ending: Sendable {
        /// The exit status; that of a signal is 128 and its number.
        let status: Int
        /// From the signal to the end.
        let delay: Duration
        /// The lines of both outputs.
        let lines: [String]

        /// Whether it took no longer than the two seconds that a person waits, and as much again for this process, in
        /// which dozens of tests share two threads: the delay is over when one of them finds the time to see the end.
        var isPrompt: Bool { delay < .seconds(4) }
    }

    /// Runs it beside a body, and sends it a signal when that is done.
    ///
    /// - Parameters:
    ///   - signal: What ends it.
    ///   - patience: How long until the signal is sent again; `nil` for never.
    ///   - body: Gets a journal of the lines of both outputs, in the order they come.
    /// - Returns: How it ended.
    /// - Throws: What the body throws; `DeadlineExceeded` when it takes too long, after ending it.
    func ended(
        by signal: Subprocess.Signal,
        againAfter patience: Duration? = nil,
        after body: @escaping @Sendable (Journal<String>) async throws -> Void
    ) async throws -> Ending {
        try await withDeadline(limit, "the end of \(self)") {
            let lines = Journal<String>()
            let clock = ContinuousClock()
            let sent = Mutex(clock.now)
            let status = try await streaming(into: lines) { target in
                try await body(lines)
                sent.withLock { $0 = clock.now }
                try target.send(signal)
                if let patience {
                    try await Task.sleep(for: patience)
                    try target.send(signal)
                }
            }
            return Ending(
                status: status,
                delay: sent.withLock { $0.duration(to: clock.now) },
                lines: lines.entries
            )
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import UnixSignals

/// Somebody pressed Ctrl-C, or asked the program to end.
struct Interrupted: Error {
    /// The exit status that shells expect after it: 128 and the number of SIGINT.
    static let exitStatus: Int32 = 130
}

/// Runs a body that Ctrl-C (SIGINT) and SIGTERM cancel.
///
/// - Throws: `Interrupted` after a signal, once the body has ended; what the body throws otherwise.
func untilInterrupted<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            for await _ in signals { throw Interrupted() }
            return nil
        }
        defer { group.cancelAll() }
        while let result = try await group.next() {
            if let result { return result }
        }
        throw CancellationError()
    }
}

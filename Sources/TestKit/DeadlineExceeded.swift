// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Something a test waited for did not happen in time.
public struct DeadlineExceeded: Error, CustomStringConvertible {
    /// What was waited for.
    public let what: String
    /// How long, in real time.
    public let limit: Duration

    /// One line for the test log.
    public var description: String {
        "did not happen within \(limit): \(what)"
    }
}

/// Runs an operation, and cancels it when it takes longer than a limit of real time; the net under every wait.
///
/// - Throws: `DeadlineExceeded`, or what the operation throws.
public func withDeadline<Value: Sendable>(
    _ limit: Duration = .seconds(20),
    _ what: String = "the operation",
    _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else {
            throw DeadlineExceeded(what: what, limit: limit)
        }
        return value
    }
}

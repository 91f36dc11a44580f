// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A door that stays shut until a test opens it; once open it lets everybody through.
public final class Gate: Sendable {
    private let openings = Journal<Void>()

    /// Creates a shut gate.
    public init() {}

    /// Whether the gate is open.
    public var isOpen: Bool { openings.count > 0 }

    /// Opens the gate for good.
    public func open() {
        openings.append(())
    }

    /// Waits until the gate is open.
    ///
    /// - Throws: `DeadlineExceeded` after the limit of real time, `CancellationError` when the task is cancelled.
    public func wait(within limit: Duration = .seconds(20)) async throws {
        try await openings.wait("the gate to open", within: limit) { !$0.isEmpty }
    }
}

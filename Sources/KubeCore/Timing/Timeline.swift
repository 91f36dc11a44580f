// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A steady time line that starts at zero: a clock without its type.
///
/// Types that only compute distances and sleep hold one of these, so that they need not be generic over their clock.
public struct Timeline: Sendable {
    private let elapsed: @Sendable () -> Duration
    private let wait: @Sendable (Duration) async throws -> Void

    /// Starts a time line at the clock's present instant.
    public init<C: Clock<Duration>>(_ clock: C) {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        wait = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }

    /// The time since the start.
    public var now: Duration { elapsed() }

    /// Suspends until a point of the time line.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before.
    public func sleep(until due: Duration) async throws {
        try await wait(due)
    }

    /// Suspends for a time.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before.
    public func sleep(for duration: Duration) async throws {
        try await wait(elapsed() + duration)
    }
}

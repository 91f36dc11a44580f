// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials

/// The client's time and randomness.
public struct Timing: Sendable {
    /// The time of day, for the expiry of credentials.
    public var now: @Sendable () -> Date
    /// Waits; throws `CancellationError` alone.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A number in `0..<1`.
    public var jitter: @Sendable () -> Double

    /// Creates a timing from a clock.
    public init<C: Clock<Duration>>(
        clock: C,
        now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = { try await clock.sleep(for: $0) }
        self.jitter = jitter
    }

    /// The real time.
    public static let live = Timing(
        clock: ContinuousClock(),
        now: { Date() },
        jitter: { Double.random(in: 0..<1) }
    )
}

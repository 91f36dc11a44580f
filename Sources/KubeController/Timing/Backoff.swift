// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Waits that grow with each failure in a row, and start over after a time of health.
///
/// The numbers are those of client-go's reflector (`tools/cache/reflector.go`): 0.8 s doubling to 30 s, each stretched
/// by up to its own length at random, reset when two minutes passed without a failure.
struct Backoff: Sendable {
    var initial: Duration = .milliseconds(800)
    var maximum: Duration = .seconds(30)
    var resetAfter: Duration = .seconds(120)

    private var current: Duration?
    private var lastFailure: Duration?

    init(
        initial: Duration = .milliseconds(800),
        maximum: Duration = .seconds(30),
        resetAfter: Duration = .seconds(120)
    ) {
        self.initial = initial
        self.maximum = maximum
        self.resetAfter = resetAfter
    }

    /// How long to wait after a failure.
    ///
    /// - Parameters:
    ///   - now: The time of the failure on any steady time line.
    ///   - jitter: A number in `0..<1`.
    /// - Returns: The wait.
    mutating func next(now: Duration, jitter: Double) -> Duration {
        if let lastFailure, now - lastFailure > resetAfter { current = nil }
        lastFailure = now
        let wait = current ?? initial
        current = min(wait * 2, maximum)
        return wait * (1 + jitter)
    }
}

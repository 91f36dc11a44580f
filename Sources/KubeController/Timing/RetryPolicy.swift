// Grantor
// SPDX-License-Identifier: Apache-2.0

/// How long a key waits before it is tried again, growing with its failures in a row.
public struct RetryPolicy: Sendable, Hashable {
    /// How chance changes a wait.
    public enum Jitter: Sendable, Hashable {
        /// Not at all.
        case none
        /// Anything between nothing and the full wait, so that many keys that failed together spread out.
        case full
    }

    /// The first wait.
    public var initial: Duration
    /// The longest wait.
    public var maximum: Duration
    /// How chance changes a wait.
    public var jitter: Jitter

    /// Creates a policy.
    public init(initial: Duration, maximum: Duration, jitter: Jitter = .none) {
        self.initial = initial
        self.maximum = maximum
        self.jitter = jitter
    }

    /// For conflicts and passing faults of the API server: 50 ms doubling to 30 s.
    public static let api = RetryPolicy(initial: .milliseconds(50), maximum: .seconds(30))
    /// For services outside of the cluster: 1 s doubling to 5 min, spread over the whole wait.
    public static let external = RetryPolicy(initial: .seconds(1), maximum: .seconds(300), jitter: .full)

    /// The wait after a number of failures in a row.
    ///
    /// - Parameters:
    ///   - failures: The failures so far, from 1.
    ///   - random: A number in `0..<1`.
    /// - Returns: The wait.
    public func delay(afterFailures failures: Int, random: Double) -> Duration {
        // Doubling stops before it could overflow: 2^40 times any sensible start is beyond any sensible maximum.
        var wait = initial
        for _ in 1..<max(2, min(failures, 40)) where failures > 1 && wait < maximum { wait *= 2 }
        wait = min(wait, maximum)
        return jitter == .full ? wait * random : wait
    }
}

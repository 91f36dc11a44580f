// Grantor
// SPDX-License-Identifier: Apache-2.0

/// When to ask for the token again, and when to stop (RFC 8628, 3.5); a value without a clock.
///
/// Times are counted from the moment the codes were issued.
public struct DevicePolling: Sendable {
    /// What to do next.
    public enum Step: Sendable {
        /// Ask at that time.
        case ask(at: Duration)
        /// There are tokens.
        case finish(TokenAnswer)
        /// There will be none.
        case fail(DeviceGrantError)
    }

    /// What `slow_down` adds to the interval, for good.
    public static let slowDownStep = Duration.seconds(5)
    /// The longest pause after failures to reach the provider.
    public static let longestPause = Duration.seconds(60)

    /// The least time between two requests, as it is now.
    public private(set) var interval: Duration
    private let expiresIn: Duration
    private var failures = 0

    /// Creates the state before the first request.
    public init(interval: Duration, expiresIn: Duration) {
        self.interval = interval
        self.expiresIn = expiresIn
    }

    /// When to ask for the first time: nobody has entered a code before.
    public var first: Step { .ask(at: min(interval, expiresIn)) }

    /// Takes an answer.
    ///
    /// - Parameters:
    ///   - answer: What the token endpoint said.
    ///   - now: When it said so.
    /// - Returns: What to do next.
    public mutating func step(after answer: PollAnswer, at now: Duration) -> Step {
        switch answer {
        case .tokens(let tokens): return .finish(tokens)
        case .failed(let error): return .fail(error)
        case .pending: failures = 0
        case .slowDown:
            failures = 0
            interval += Self.slowDownStep
        case .unavailable(let error):
            // "the client MUST unilaterally reduce its polling frequency": doubled for each failure in a row.
            failures += 1
            if now >= expiresIn { return .fail(error) }
        }
        guard now < expiresIn else {
            return .fail(DeviceGrantError(.expired, "cannot log in: nobody entered the code in time"))
        }
        let pause =
            failures == 0 ? interval : max(interval, min(interval * (1 << min(failures, 10)), Self.longestPause))
        // The last request is at the very end: an approval of the last moment counts.
        return .ask(at: min(now + pause, expiresIn))
    }
}

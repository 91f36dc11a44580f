// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A right to do something now and then: so many times at once, then one more per interval.
struct TokenBucket: Sendable {
    let burst: Int
    let interval: Duration
    private var tokens: Int
    private var filledAt: Duration

    init(burst: Int, interval: Duration, now: Duration) {
        self.burst = burst
        self.interval = interval
        tokens = burst
        filledAt = now
    }

    /// Whether it is as full as at the start, so that nothing is lost by forgetting it.
    func isFull(now: Duration) -> Bool {
        tokens + Int((now - filledAt) / interval) >= burst
    }

    /// Takes a token, when there is one.
    mutating func take(now: Duration) -> Bool {
        let gained = Int((now - filledAt) / interval)
        if tokens + gained >= burst {
            tokens = burst
            filledAt = now
        } else if gained > 0 {
            tokens += gained
            filledAt += interval * gained
        }
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// Time and randomness as the server sees them, with the type of the clock taken off.
///
/// Deadlines are durations since the server was made, so that they can be kept and compared without naming the clock.
struct Timing: Sendable {
    /// The time since the server was made.
    let timeline: Timeline
    /// The time of day, for `creationTimestamp` and the like.
    let now: @Sendable () -> Date
    /// 64 random bits, for identities and generated names.
    let random: @Sendable () -> UInt64

    /// Takes time from a clock and from closures.
    init<C: Clock<Duration>>(
        clock: C = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() },
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        timeline = Timeline(clock)
        self.now = now
        self.random = random
    }
    /// The time since the server was made; never goes back.
    func elapsed() -> Duration { timeline.now }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// When the watchers of one thing, a resource or a part of it, are woken for a change.
///
/// A few are woken at once. Hundreds are woken at most every few milliseconds: each wake-up costs microseconds and a
/// packet, whatever the number of changes it carries, and thousands of writes a second would do nothing but wake.
struct WakePacing<Key: Hashable & Sendable>: Sendable {
    /// What to do about the waiters.
    enum Decision: Sendable, Hashable {
        /// Wake those that the change concerns.
        case wakeNow
        /// Leave them until the time that `earliest` tells, which is new or was known before.
        case wakeLater(isNew: Bool)
    }

    private struct Pace {
        /// Before this time nobody is woken.
        var next: Duration
        /// Whether somebody is to be woken then.
        var isDue = false
    }

    /// Up to so many waiters are woken for each change.
    private static var few: Int { 32 }
    /// What a waiter adds to the pause after a wake-up.
    private static var pausePerWaiter: Duration { .microseconds(20) }
    /// The longest pause.
    private static var longestPause: Duration { .milliseconds(10) }

    private var paces: [Key: Pace] = [:]

    /// Decides about a change.
    ///
    /// - Parameters:
    ///   - key: What changed.
    ///   - waiters: How many wait for changes of it.
    ///   - time: The time since the server was made; `nil` when nobody would wake waiters later.
    /// - Returns: What to do.
    mutating func decide(_ key: Key, waiters: Int, at time: Duration?) -> Decision {
        guard let time, waiters > Self.few else { return .wakeNow }
        if let pace = paces[key], time < pace.next {
            paces[key]?.isDue = true
            return .wakeLater(isNew: !pace.isDue)
        }
        // The timer is late: those whom earlier changes concern still wait for it.
        if paces[key]?.isDue == true { return .wakeNow }
        paces[key] = Pace(next: time + min(Self.longestPause, Self.pausePerWaiter * waiters))
        return .wakeNow
    }

    /// Takes out what is due: those whose waiters are to be woken now.
    mutating func takeDue(at time: Duration) -> [Key] {
        let due = paces.filter { $0.value.isDue && $0.value.next <= time }.map(\.key)
        for key in due {
            // As long as changes keep coming, wake-ups keep the longest distance.
            paces[key] = Pace(next: time + Self.longestPause)
        }
        return due
    }

    /// When somebody is to be woken next.
    var earliest: Duration? {
        paces.values.filter(\.isDue).map(\.next).min()
    }
}

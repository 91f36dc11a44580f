// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

extension KeySetCache.StateMachine {
    /// What is known about one endpoint.
    struct Entry {
        /// Where the endpoint stands between two fetches.
        enum Phase: Equatable {
            /// Nothing under way; next comes `queued`, when due.
            case resting
            /// Waiting for a place; next comes `inFlight`, or `resting` when nobody is interested any more.
            case queued
            /// Being fetched, by the flight of that number; next comes `resting`.
            case inFlight(Int)
        }

        /// What of a snapshot a person could see; a change of it is announced.
        struct Fingerprint: Equatable {
            let availability: KeySetSnapshot.Availability
            let hash: String?
            let ignored: [IgnoredKey]
            let document: DocumentKind?
            let issuer: String?
            let keySetURI: String?
            let failure: String?
        }

        let endpoint: Endpoint
        /// What metrics call it.
        let label: String
        private(set) var consumers: [NamespacedName: KeySetBounds] = [:]
        private(set) var bounds = KeySetBounds()
        /// How many consumers ask for the same bounds; there are few that differ.
        private var demands: [KeySetBounds: Int] = [:]
        var releasedAt: Duration?

        var phase = Phase.resting
        /// When to fetch next; `nil` while that is under way, and when it would be in vain.
        var due: Duration?
        var lastUnknownKeyID: Duration?
        var waiters: Set<Int> = []
        var alarm: Int?
        var announced: Fingerprint?

        /// The last good outcome.
        private(set) var current: FetchedKeySet?
        private(set) var isSeeded = false
        /// When the keys of `current` were last seen.
        private(set) var lastSeen: Duration?
        private var lastGood: Date?
        /// Keys that are gone from the set, with the time they were last seen.
        private var retained: [VerificationKey: Duration] = [:]
        private var failure: KeySetError?
        private(set) var failures = 0
        /// Where within the spread this endpoint's next refresh falls.
        private var jitter = 0.0

        init(endpoint: Endpoint, due: Duration) {
            self.endpoint = endpoint
            label = endpoint.label
            self.due = due
        }

        /// Whether a fetch has ended.
        var hasOutcome: Bool { failure != nil || (current != nil && !isSeeded) }

        /// Whether the keys may still be used.
        func isServing(at now: Duration) -> Bool {
            guard let lastSeen, let current, !current.keySet.isEmpty else { return false }
            return now < lastSeen + bounds.maxStale
        }
    }
}

extension KeySetCache.StateMachine.Entry {
    /// Sets or removes the bounds of one consumer, and moves the next refresh accordingly.
    mutating func set(
        _ new: KeySetBounds?,
        for consumer: NamespacedName,
        _ configuration: KeySetCache.Configuration
    ) {
        if let former = consumers[consumer] {
            demands[former, default: 0] -= 1
            if demands[former] == 0 { demands[former] = nil }
        }
        consumers[consumer] = new
        if let new { demands[new, default: 0] += 1 }
        guard let first = demands.keys.first else { return }
        let strictest = demands.keys.reduce(first) { $0.intersection($1) }
        guard strictest != bounds else { return }
        bounds = strictest
        if failures == 0, !isSeeded, due != nil, let lastSeen {
            due = lastSeen + refreshDelay(configuration)
        }
    }

    /// Takes keys that an earlier process stored.
    mutating func seed(_ stored: FetchedKeySet, lastGood: Date, seenAt seen: Duration) {
        current = stored
        isSeeded = true
        lastSeen = seen
        self.lastGood = lastGood
    }

    /// Takes a good outcome.
    mutating func succeed(
        _ fetched: FetchedKeySet,
        at now: Duration,
        date: Date,
        jitter: Double,
        _ configuration: KeySetCache.Configuration
    ) {
        retain(replacing: fetched, at: now)
        current = fetched
        isSeeded = false
        lastSeen = now
        lastGood = date
        failure = nil
        failures = 0
        self.jitter = jitter
        due = now + refreshDelay(configuration)
    }

    /// Takes a bad outcome: what was good stays, but for keys that the answer shows to be compromised.
    mutating func fail(
        _ error: KeySetError,
        at now: Duration,
        jitter: Double,
        _ configuration: KeySetCache.Configuration
    ) {
        failure = error
        failures += 1
        let exposed = error.ignored.filter { $0.reason == .privateKeyExposed }.map(\.kid)
        if !exposed.isEmpty, let current {
            let sound = KeySet(keys: current.keySet.keys.filter { !exposed.contains($0.kid) })
            self.current = current.replacing(sound)
            retained = retained.filter { !exposed.contains($0.key.kid) }
        }
        let isLoaded = current != nil && !isSeeded
        let longest = isLoaded ? configuration.maximumRetryLoaded : configuration.maximumRetryUnloaded
        let pause = min(longest, configuration.minimumRetry * (1 << min(failures - 1, 20)))
        due = error.isPermanent ? nil : now + pause * (1 - 0.2 * jitter)
    }

    /// Notes when the keys that are gone were last seen.
    ///
    /// Some providers drop keys and bring them back for hours, so a key goes on verifying for `maxAge`; but not one
    /// that the new document names and that was found unfit.
    private mutating func retain(replacing fetched: FetchedKeySet, at now: Duration) {
        if let current, let lastSeen {
            for key in current.keySet.keys { retained[key] = lastSeen }
        }
        let unfit = Set(fetched.keySet.ignored.map(\.kid))
        let listed = Set(fetched.keySet.keys)
        retained = retained.filter { key, seen in
            !listed.contains(key) && !unfit.contains(key.kid) && now < seen + bounds.maxAge
        }
    }

    /// The time from a good fetch to the next: up to 80 % of the lifetime, spread by a tenth of it.
    private func refreshDelay(_ configuration: KeySetCache.Configuration) -> Duration {
        let floor = min(configuration.minimumLifetime, bounds.maxAge)
        let lifetime = min(max(current?.maxAge ?? bounds.maxAge, floor), bounds.maxAge)
        return lifetime * (8 - jitter) / 10
    }

    /// When something has to be done next; an expiry at or before `now` has been dealt with.
    func nextAlarm(_ configuration: KeySetCache.Configuration, after now: Duration?) -> Duration? {
        if let releasedAt {
            return phase == .resting ? releasedAt + configuration.grace : nil
        }
        let fetch = phase == .resting ? due : nil
        var expiry = current != nil ? lastSeen.map { $0 + bounds.maxStale } : nil
        if let time = expiry, let now, time <= now { expiry = nil }
        guard let fetch, let expiry else { return fetch ?? expiry }
        return min(fetch, expiry)
    }

    func snapshot(at now: Duration) -> KeySetSnapshot {
        let isServing = isServing(at: now)
        let retained =
            self.retained.isEmpty || current == nil
            ? [] : self.retained.filter { now < $0.value + bounds.maxAge }.keys.sorted()
        return KeySetSnapshot(
            endpoint: endpoint,
            availability: availability(at: now),
            keySet: isServing ? current?.keySet : nil,
            retained: retained,
            document: current?.document,
            issuer: current?.issuer,
            keySetURI: current?.keySetURI,
            lastGood: lastGood,
            failure: failure
        )
    }

    private func availability(at now: Duration) -> KeySetSnapshot.Availability {
        switch (isServing(at: now), failure) {
        case (true, .some): .stale
        case (true, .none): isSeeded ? .seeded : .fresh
        case (false, .some): .unavailable
        case (false, .none): current == nil ? .pending : .unavailable
        }
    }

    func fingerprint(at now: Duration) -> Fingerprint {
        let keySet = isServing(at: now) ? current?.keySet : nil
        return Fingerprint(
            availability: availability(at: now),
            hash: keySet?.hash,
            ignored: keySet?.ignored ?? [],
            document: current?.document,
            issuer: current?.issuer,
            keySetURI: current?.keySetURI,
            failure: failure?.description
        )
    }
}

extension FetchedKeySet {
    /// The same outcome with other keys.
    fileprivate func replacing(_ keySet: KeySet) -> FetchedKeySet {
        FetchedKeySet(
            keySet: keySet,
            document: document,
            issuer: issuer,
            keySetURI: keySetURI,
            maxAge: maxAge
        )
    }
}

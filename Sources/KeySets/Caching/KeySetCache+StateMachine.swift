// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HeapModule
import KubeCore

extension KeySetCache {
    /// Everything that the cache decides, without I/O and without a clock: times come in as distances from its start.
    struct StateMachine {
        /// A fetch to be made.
        struct Flight: Sendable {
            let id: Int
            let endpoint: Endpoint
            let previous: FetchedKeySet?
        }

        /// What the run loop does next.
        struct Step {
            /// Fetches to start now.
            var flights: [Flight] = []
            /// Endpoints whose snapshot changed by the passing of time.
            var changed: [Endpoint] = []
            /// When to look again, if nothing is asked for before.
            var wake: Duration?
        }

        /// What a caller who is ready to wait gets.
        enum WaitAction {
            case answer(KeySetSnapshot)
            case wait
            case fail(KeySetError)
        }

        /// What a fetch that ended leads to.
        struct Completion {
            var snapshot: KeySetSnapshot
            var waiters: [Int]
            var isChanged: Bool
        }

        /// What the gauges show.
        struct Totals: Equatable {
            var keys = 0
            var oldest: Duration = .zero
            /// How long ago each endpoint's keys were seen, by `Endpoint.label`.
            var ages: [String: Duration] = [:]
        }

        private struct Alarm: Comparable {
            let time: Duration
            let sequence: Int
            let endpoint: Endpoint

            static func < (lhs: Self, rhs: Self) -> Bool {
                (lhs.time, lhs.sequence) < (rhs.time, rhs.sequence)
            }

            static func == (lhs: Self, rhs: Self) -> Bool {
                lhs.sequence == rhs.sequence
            }
        }

        private let configuration: Configuration
        private var entries: [Endpoint: Entry] = [:]
        private var endpoints: [NamespacedName: Endpoint] = [:]
        /// One alarm per entry counts, the one whose sequence the entry names; others are left over and skipped.
        private var alarms = Heap<Alarm>()
        private var ready = Line()
        private var retrying = Line()
        private var flights: [Int: (endpoint: Endpoint, isRetry: Bool)] = [:]
        private var retryFlights = 0
        private var sequence = 0
        /// Waiters that nobody will answer any more; taken by `takeStranded`.
        private var stranded: [Int] = []

        init(configuration: Configuration) {
            self.configuration = configuration
        }
    }
}

extension KeySetCache.StateMachine {
    /// Endpoints in the order they wait, first in first out, each once.
    private struct Line {
        private var items: [Endpoint] = []
        private var head = 0

        mutating func append(_ endpoint: Endpoint) {
            items.append(endpoint)
        }

        mutating func popFirst() -> Endpoint? {
            guard head < items.count else { return nil }
            defer {
                head += 1
                if head > 64, head * 2 > items.count {
                    items.removeFirst(head)
                    head = 0
                }
            }
            return items[head]
        }
    }

    // MARK: - Interest

    /// Adds or moves a consumer; returns whether the run loop has to look.
    mutating func register(
        _ consumer: NamespacedName,
        endpoint: Endpoint,
        bounds: KeySetBounds,
        at now: Duration
    ) -> Bool {
        if entries[endpoint]?.consumers[consumer] == bounds { return false }
        if let former = endpoints[consumer], former != endpoint { _ = unregister(consumer, at: now) }
        endpoints[consumer] = endpoint
        // Taken out while it changes, so that a thousand consumers of one endpoint are not copied for the next.
        var entry = entries.removeValue(forKey: endpoint) ?? Entry(endpoint: endpoint, due: now)
        entry.releasedAt = nil
        // Whoever registers gets the present state as an answer; only what comes after it is news.
        entry.announced = entry.announced ?? entry.fingerprint(at: now)
        entry.set(bounds, for: consumer, configuration)
        arm(&entry)
        entries[endpoint] = entry
        return true
    }

    /// Removes a consumer; returns whether the run loop has to look.
    mutating func unregister(_ consumer: NamespacedName, at now: Duration) -> Bool {
        guard let endpoint = endpoints.removeValue(forKey: consumer),
            var entry = entries.removeValue(forKey: endpoint)
        else { return false }
        entry.set(nil, for: consumer, configuration)
        if entry.consumers.isEmpty {
            entry.releasedAt = now
            stranded.append(contentsOf: entry.waiters)
            entry.waiters = []
        }
        arm(&entry)
        entries[endpoint] = entry
        return true
    }

    func consumers(of endpoint: Endpoint) -> [NamespacedName] {
        entries[endpoint].map { Array($0.consumers.keys) } ?? []
    }

    /// Takes stored keys; returns whether they changed what is served.
    mutating func seed(
        _ endpoint: Endpoint,
        _ stored: FetchedKeySet,
        lastGood: Date,
        seenAt seen: Duration,
        at now: Duration
    ) -> Bool {
        guard var entry = entries[endpoint], entry.current == nil, now < seen + entry.bounds.maxStale else {
            return false
        }
        entry.seed(stored, lastGood: lastGood, seenAt: seen)
        entry.announced = entry.fingerprint(at: now)
        arm(&entry)
        entries[endpoint] = entry
        return true
    }

    // MARK: - Reading and waiting

    func snapshot(of endpoint: Endpoint, at now: Duration) -> KeySetSnapshot {
        (entries[endpoint] ?? Entry(endpoint: endpoint, due: now)).snapshot(at: now)
    }

    mutating func wait(for endpoint: Endpoint, as waiter: Int, at now: Duration) -> WaitAction {
        guard var entry = entries[endpoint], !entry.consumers.isEmpty else { return .fail(Self.notRegistered) }
        if entry.hasOutcome { return .answer(entry.snapshot(at: now)) }
        entry.waiters.insert(waiter)
        entries[endpoint] = entry
        return .wait
    }

    mutating func refresh(
        _ endpoint: Endpoint,
        unknownKeyID kid: KeyID,
        as waiter: Int,
        at now: Duration
    ) -> WaitAction {
        guard var entry = entries[endpoint], !entry.consumers.isEmpty else { return .fail(Self.notRegistered) }
        let snapshot = entry.snapshot(at: now)
        if !snapshot.verificationKeys(withID: kid).isEmpty { return .answer(snapshot) }
        if entry.phase == .resting, entry.due.map({ $0 > now }) ?? true {
            if let last = entry.lastUnknownKeyID, now < last + configuration.unknownKeyIDCooldown {
                return .answer(snapshot)
            }
            entry.lastUnknownKeyID = now
            entry.due = now
            arm(&entry)
        }
        entry.waiters.insert(waiter)
        entries[endpoint] = entry
        return .wait
    }

    mutating func forget(waiter: Int, of endpoint: Endpoint) {
        entries[endpoint]?.waiters.remove(waiter)
    }

    /// The waiters that lost their endpoint since the last call.
    mutating func takeStranded() -> [Int] {
        defer { stranded = [] }
        return stranded
    }

    func totals(at now: Duration) -> Totals {
        entries.values.reduce(into: Totals()) { totals, entry in
            guard entry.isServing(at: now), let current = entry.current, let seen = entry.lastSeen else { return }
            totals.keys += current.keySet.keys.count
            let age = now - seen
            totals.oldest = max(totals.oldest, age)
            // One URL under several conditions is one endpoint to a reader; the oldest counts.
            totals.ages[entry.label] = max(totals.ages[entry.label] ?? .zero, age)
        }
    }

    static let notRegistered = KeySetError(.notRegistered, "cannot wait for keys: nobody registered the endpoint")

    // MARK: - Fetching

    /// Does what is due and says when to look again.
    mutating func step(at now: Duration) -> Step {
        var step = Step()
        while let alarm = alarms.min, alarm.time <= now {
            alarms.removeMin()
            guard let entry = entries[alarm.endpoint], entry.alarm == alarm.sequence else { continue }
            ring(entry, at: now, &step)
        }
        startFlights(&step)
        while let alarm = alarms.min, entries[alarm.endpoint]?.alarm != alarm.sequence { alarms.removeMin() }
        step.wake = alarms.min?.time
        return step
    }

    private mutating func ring(_ entry: Entry, at now: Duration, _ step: inout Step) {
        var entry = entry
        entry.alarm = nil
        if let released = entry.releasedAt {
            if entry.phase == .resting, released + configuration.grace <= now {
                entries[entry.endpoint] = nil
                return
            }
        } else if let due = entry.due, due <= now, entry.phase == .resting {
            entry.phase = .queued
            entry.due = nil
            if entry.failures == 0 { ready.append(entry.endpoint) } else { retrying.append(entry.endpoint) }
        }
        let fingerprint = entry.fingerprint(at: now)
        if fingerprint != entry.announced {
            entry.announced = fingerprint
            step.changed.append(entry.endpoint)
        }
        arm(&entry, after: now)
        entries[entry.endpoint] = entry
    }

    /// Starts as many fetches as fit; endpoints that failed last time never take the last places.
    private mutating func startFlights(_ step: inout Step) {
        while flights.count < configuration.maximumFetches, let endpoint = ready.popFirst() {
            start(endpoint, isRetry: false, &step)
        }
        let share = max(1, configuration.maximumFetches / 2)
        while flights.count < configuration.maximumFetches, retryFlights < share, let endpoint = retrying.popFirst() {
            start(endpoint, isRetry: true, &step)
        }
    }

    private mutating func start(_ endpoint: Endpoint, isRetry: Bool, _ step: inout Step) {
        guard var entry = entries[endpoint], entry.phase == .queued else { return }
        guard !entry.consumers.isEmpty else {
            entry.phase = .resting
            entry.due = entry.releasedAt
            arm(&entry)
            entries[endpoint] = entry
            return
        }
        sequence += 1
        entry.phase = .inFlight(sequence)
        entries[endpoint] = entry
        flights[sequence] = (endpoint, isRetry)
        if isRetry { retryFlights += 1 }
        step.flights.append(Flight(id: sequence, endpoint: endpoint, previous: entry.isSeeded ? nil : entry.current))
    }

    /// Takes the outcome of a fetch.
    mutating func complete(
        _ flight: Flight,
        _ result: Result<FetchedKeySet, KeySetError>,
        at now: Duration,
        date: Date,
        jitter: Double
    ) -> Completion {
        if let landed = flights.removeValue(forKey: flight.id), landed.isRetry { retryFlights -= 1 }
        guard var entry = entries[flight.endpoint], entry.phase == .inFlight(flight.id) else {
            return Completion(snapshot: snapshot(of: flight.endpoint, at: now), waiters: [], isChanged: false)
        }
        entry.phase = .resting
        switch result {
        case .success(let fetched): entry.succeed(fetched, at: now, date: date, jitter: jitter, configuration)
        case .failure(let error): entry.fail(error, at: now, jitter: jitter, configuration)
        }
        let fingerprint = entry.fingerprint(at: now)
        let completion = Completion(
            snapshot: entry.snapshot(at: now),
            waiters: entry.waiters.sorted(),
            isChanged: fingerprint != entry.announced
        )
        entry.announced = fingerprint
        entry.waiters = []
        arm(&entry, after: now)
        entries[flight.endpoint] = entry
        return completion
    }

    /// Forgets what was under way.
    mutating func stop() {
        for endpoint in Array(entries.keys) {
            entries[endpoint]?.waiters = []
        }
    }

    /// Sets the alarm of an entry to the next time that something about it has to be done.
    private mutating func arm(_ entry: inout Entry, after now: Duration? = nil) {
        guard let time = entry.nextAlarm(configuration, after: now) else {
            entry.alarm = nil
            return
        }
        sequence += 1
        entry.alarm = sequence
        alarms.insert(Alarm(time: time, sequence: sequence, endpoint: entry.endpoint))
    }
}

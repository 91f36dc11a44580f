// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore

/// The list-and-watch protocol as a value: told what happened and when, it says what to do next.
///
/// Time is the distance from any fixed start; chance comes in as numbers in `0..<1`. No I/O, no clock.
///
/// ```
///   empty --restart--> restarted --+--> listing --page--> listing --last page--+--> watching --+
///     ^                            |       | continue token expired: restarted |      ^  |     |
///     |                            |                                           |      |  |     |
///     |                            +--> streaming ----- end bookmark ----------+      +--+     |
///     |                                    | refused, silent, cut short: empty,  ends, faults  |
///     |                                    | then by listing                                   |
///     +--- 410, version too large twice, three unclear faults in a row --------------------------+
/// ```
struct WatcherStateMachine: Sendable {
    /// What to do next.
    enum Step: Sendable {
        /// Wait.
        case sleep(Duration)
        /// Tell the reader that the collection is read anew.
        case restart
        /// Ask for a list or a page of it.
        case list(ListOptions)
        /// Open a watch.
        case watch(WatchOptions)
    }

    /// What becomes of an event.
    enum Delivery: Sendable, Hashable {
        /// It is news.
        case event
        /// It is a part of the list.
        case listed
        /// It is the end of the list, at a version.
        case synced(String)
        /// It is for the machine alone.
        case none
    }

    /// What to tell people about a failure.
    enum Report: Sendable, Hashable {
        /// Something somebody must see, once per change of reason.
        case warning
        /// Something of note.
        case info
        /// Something that was said before.
        case debug
    }

    /// What the watchdog does next.
    enum Watchdog: Sendable, Hashable {
        /// Look again at that time.
        case sleep(until: Duration)
        /// End the watch.
        case expired
    }

    private enum State: Sendable, Hashable {
        case empty
        case restarted
        case listing(continueToken: String)
        case streaming
        case watching
    }

    /// A watch that is open.
    private struct Connection: Sendable {
        var openedAt: Duration
        var lastEvent: Duration
        var events = 0
        var timeout: Duration
        /// Whether the wait for the end of the initial events was over once.
        var isEstablished = false
    }

    /// After so many unclear faults in a row at one version a watch is given up for a list.
    private static var unclearFaultsBeforeRelist: Int { 3 }

    private let configuration: WatcherConfiguration
    private var state = State.empty
    private var connection: Connection?
    private var backoff: Backoff
    private var pause: Duration?

    /// The last version seen; empty before the first.
    private(set) var resourceVersion = ""
    /// Whether the server no longer, or not yet, has that version, so that the next list asks for the latest.
    private var isVersionUnavailable = false
    private var listsWithoutStreaming = false
    private var skipsStreamingOnce = false
    /// Whether the next list must come in one piece, because a continue token expired.
    private var listsWithoutPages = false
    private var unclearFaults = 0
    private var tooLargeFaults = 0

    private var lastContact: Duration?
    private var failingSince: Duration?
    private var lastFault: WatchFault?
    private var consecutiveFailures = 0
    private var isSynced = false
    private var restarts = 0
    private var streamingFallbacks = 0

    init(configuration: WatcherConfiguration, backoff: Backoff = Backoff()) {
        self.configuration = configuration
        self.backoff = backoff
    }

    /// The version a list must not be older than: nothing (the latest) at first and after the version proved useless,
    /// what was seen last otherwise (client-go's `relistResourceVersion`, but for its first list, which may be stale).
    private var relistVersion: String {
        isVersionUnavailable ? "" : resourceVersion
    }

    /// How the watcher is doing.
    func health(now: Duration) -> WatcherHealth {
        WatcherHealth(
            isSynced: isSynced,
            sinceLastContact: lastContact.map { now - $0 },
            failingFor: failingSince.map { now - $0 },
            reason: lastFault?.reason,
            message: lastFault?.message,
            consecutiveFailures: consecutiveFailures,
            restarts: restarts,
            streamingFallbacks: streamingFallbacks
        )
    }
}

// MARK: - What to do next

extension WatcherStateMachine {
    /// What to do next.
    mutating func step(now: Duration, jitter: Double) -> Step {
        if let pause {
            self.pause = nil
            return .sleep(pause)
        }
        switch state {
        case .empty, .streaming:
            state = .restarted
            restarts += 1
            return .restart
        case .restarted:
            return startReading(now: now, jitter: jitter)
        case .listing(let token):
            return .list(listOptions(continueToken: token))
        case .watching:
            return .watch(openWatch(now: now, jitter: jitter, streaming: false))
        }
    }

    private mutating func startReading(now: Duration, jitter: Double) -> Step {
        let streams = configuration.streamsLists && !listsWithoutStreaming && !skipsStreamingOnce
        guard streams && !listsWithoutPages else {
            skipsStreamingOnce = false
            state = .listing(continueToken: "")
            return .list(listOptions(continueToken: ""))
        }
        state = .streaming
        return .watch(openWatch(now: now, jitter: jitter, streaming: true))
    }

    private func listOptions(continueToken: String) -> ListOptions {
        // A limit together with a resource version makes old servers bypass their watch cache; only the consistent
        // list is paged (client-go `pager` and `reflector.list`). A continue token carries its version itself.
        let version = relistVersion
        return ListOptions(
            limit: version.isEmpty && !listsWithoutPages ? configuration.pageSize : 0,
            continueToken: continueToken,
            resourceVersion: version,
            resourceVersionMatch: version.isEmpty ? nil : .notOlderThan
        )
    }

    private mutating func openWatch(now: Duration, jitter: Double, streaming: Bool) -> WatchOptions {
        let spread = configuration.maximumWatchTime - configuration.minimumWatchTime
        let seconds = (configuration.minimumWatchTime + spread * jitter).components.seconds
        connection = Connection(openedAt: now, lastEvent: now, timeout: .seconds(seconds))
        return WatchOptions(
            resourceVersion: streaming ? relistVersion : resourceVersion,
            resourceVersionMatch: streaming ? .notOlderThan : nil,
            allowBookmarks: true,
            sendInitialEvents: streaming ? true : nil,
            timeoutSeconds: Int(seconds)
        )
    }
}

// MARK: - What happened

extension WatcherStateMachine {
    /// A page came.
    ///
    /// - Returns: Whether the list is complete, and whether this ends a time of failure.
    mutating func received(
        pageVersion: String,
        continueToken: String,
        now: Duration
    ) -> (isComplete: Bool, recovered: Bool) {
        let recovered = noteContact(now: now)
        guard continueToken.isEmpty else {
            state = .listing(continueToken: continueToken)
            return (false, recovered)
        }
        finishReading(at: pageVersion)
        return (true, recovered)
    }

    /// An object came in a watch.
    mutating func received(version: String, isDeletion: Bool, now: Duration) -> (Delivery, recovered: Bool) {
        connection?.events += 1
        connection?.lastEvent = now
        let recovered = noteContact(now: now)
        if state == .streaming { return (isDeletion ? .event : .listed, recovered) }
        noteProgress(version)
        return (.event, recovered)
    }

    /// A bookmark came in a watch.
    mutating func received(
        bookmark version: String,
        endsInitialEvents: Bool,
        now: Duration
    ) -> (
        Delivery, recovered: Bool
    ) {
        connection?.lastEvent = now
        let recovered = noteContact(now: now)
        if state == .streaming {
            guard endsInitialEvents else { return (.none, recovered) }
            finishReading(at: version)
            connection?.isEstablished = true
            return (.synced(version), recovered)
        }
        noteProgress(version)
        return (.none, recovered)
    }

    /// The server ended a watch.
    ///
    /// - Returns: What to tell people when that is a failure; `nil` when it is as it should be.
    mutating func watchEnded(now: Duration, jitter: Double) -> Report? {
        let ended = connection
        connection = nil
        guard state == .watching else {
            skipsStreamingOnce = true
            return failed(.streamingListCutShort, now: now, jitter: jitter)
        }
        guard let ended, ended.events == 0, !ended.isEstablished,
            now - ended.openedAt < configuration.shortWatch
        else {
            _ = noteContact(now: now)
            return nil
        }
        return failed(.veryShortWatch, now: now, jitter: jitter)
    }

    /// The watchdog ended a watch.
    mutating func watchExpired(now: Duration, jitter: Double) -> Report {
        connection = nil
        guard state == .streaming else { return failed(.idleDeadline, now: now, jitter: jitter) }
        // The server streams, but never says that it is done: do not ask it again.
        listsWithoutStreaming = true
        streamingFallbacks += 1
        state = .empty
        return .info
    }

    /// A list or a watch failed.
    mutating func failed(_ fault: WatchFault, now: Duration, jitter: Double) -> Report {
        connection = nil
        if changeCourse(after: fault) { return .info }
        let isNew = lastFault?.reason != fault.reason
        lastFault = fault
        failingSince = failingSince ?? now
        consecutiveFailures += 1
        pause = max(backoff.next(now: now, jitter: jitter), fault.retryAfter ?? .zero)
        return isNew ? (fault.isPermanentLooking ? .warning : .info) : .debug
    }

    /// Decides what a fault means for what is known.
    ///
    /// - Returns: Whether there is another way that may be tried at once.
    private mutating func changeCourse(after fault: WatchFault) -> Bool {
        switch (fault.kind, state) {
        case (.expired, .listing(let token)) where !token.isEmpty:
            listsWithoutPages = true
            state = .empty
            return true
        case (.refused, .streaming):
            listsWithoutStreaming = true
            streamingFallbacks += 1
            state = .empty
            return true
        case (.expired, _):
            isVersionUnavailable = true
            state = .empty
        case (.versionTooLarge, .watching):
            // The server may be catching up with its peers: once more, then from the start.
            tooLargeFaults += 1
            if tooLargeFaults > 1 {
                isVersionUnavailable = true
                state = .empty
            }
        case (.versionTooLarge, _):
            isVersionUnavailable = true
            state = .empty
        case (.refused, .watching), (.unclear, .watching):
            unclearFaults += 1
            if unclearFaults >= Self.unclearFaultsBeforeRelist { state = .empty }
        case (.refused, _), (.unclear, _), (.unavailable, .streaming), (.unavailable, .listing):
            // Pages belong together, and their token may be what is wrong: from the start.
            state = .empty
        case (.unavailable, _):
            break
        }
        return false
    }

    private mutating func finishReading(at version: String) {
        resourceVersion = version
        isVersionUnavailable = false
        listsWithoutPages = false
        isSynced = true
        state = .watching
        unclearFaults = 0
        tooLargeFaults = 0
    }

    private mutating func noteProgress(_ version: String) {
        if !version.isEmpty { resourceVersion = version }
        unclearFaults = 0
        tooLargeFaults = 0
    }

    private mutating func noteContact(now: Duration) -> Bool {
        lastContact = now
        guard failingSince != nil else { return false }
        failingSince = nil
        lastFault = nil
        consecutiveFailures = 0
        return true
    }
}

// MARK: - The watchdog

extension WatcherStateMachine {
    /// Looks at the open watch.
    ///
    /// - Returns: What the watchdog does next, and whether this ends a time of failure.
    mutating func watchdog(now: Duration) -> (Watchdog, recovered: Bool) {
        guard let connection else { return (.sleep(until: now + configuration.watchGrace), false) }
        let end = connection.openedAt + connection.timeout + configuration.watchGrace
        if state == .streaming {
            let limit = min(
                connection.lastEvent + configuration.initialEventsQuiet,
                connection.openedAt + configuration.initialEventsLimit
            )
            return (now >= limit ? .expired : .sleep(until: limit), false)
        }
        if now >= end { return (.expired, false) }
        let established = connection.openedAt + configuration.establishedAfter
        if failingSince != nil, now < established { return (.sleep(until: min(established, end)), false) }
        return (.sleep(until: end), noteContactIfOpen(now: now, since: established))
    }

    private mutating func noteContactIfOpen(now: Duration, since established: Duration) -> Bool {
        now >= established ? noteContact(now: now) : false
    }
}

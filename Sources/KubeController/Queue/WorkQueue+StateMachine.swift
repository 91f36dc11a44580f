// Grantor
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import HeapModule

/// The rules of a work queue as a value: told what is added, taken and done, it says who may work on what.
///
/// A key is in at most one of three places, and besides may be in progress:
/// - `ready`: waiting for a worker, in the line of its priority;
/// - `delayed`: waiting for its time;
/// - nowhere.
///
/// Invariants: a key in progress is never in a line, its next run is kept in `Progress.next`; a key is never in
/// progress twice; a key that was added is taken at least once after that, unless the queue shuts down.
///
/// Lines and the heap may hold tickets that are void because the key was moved since; they are skipped when met, and
/// swept when they are more than half.
struct WorkQueueStateMachine<Key: Hashable & Sendable>: Sendable {
    private struct Waiting: Sendable {
        var priority: WorkPriority
        var since: Duration
        var ticket: Int
    }

    private struct Delayed: Sendable {
        var priority: WorkPriority
        var due: Duration
        var ticket: Int
    }

    private struct Progress: Sendable {
        var since: Duration
        var next: (priority: WorkPriority, since: Duration)?
    }

    private struct Alarm: Sendable, Comparable {
        var due: Duration
        var ticket: Int
        var key: Key

        static func < (lhs: Alarm, rhs: Alarm) -> Bool {
            (lhs.due, lhs.ticket) < (rhs.due, rhs.ticket)
        }

        static func == (lhs: Alarm, rhs: Alarm) -> Bool {
            lhs.ticket == rhs.ticket
        }
    }

    /// How often a waiting line may be passed over before it gets its turn.
    ///
    /// The aging rule: while a line has somebody waiting, every more urgent key that is taken counts; after this many
    /// the next turn goes to the line's first. So revocations come first, but resyncs are never starved: of any
    /// `maximumOvertakes + 1` turns one is theirs.
    static var maximumOvertakes: Int { 16 }

    private var ready: [Key: Waiting] = [:]
    private var delayed: [Key: Delayed] = [:]
    private var inProgress: [Key: Progress] = [:]
    private var failures: [Key: Int] = [:]
    private var lines: [Deque<(key: Key, ticket: Int)>]
    private var waitingCounts: [Int]
    private var overtaken: [Int]
    private var alarms = Heap<Alarm>()
    private var lastTicket = 0
    private(set) var isShutDown = false

    init() {
        lines = WorkPriority.allCases.map { _ in [] }
        waitingCounts = WorkPriority.allCases.map { _ in 0 }
        overtaken = WorkPriority.allCases.map { _ in 0 }
    }

    /// The number of keys that wait for a worker.
    var readyCount: Int { ready.count }
    /// The number of keys that wait for their time.
    var delayedCount: Int { delayed.count }
    /// The number of keys that workers are at.
    var inProgressCount: Int { inProgress.count }
    /// The number of tickets held, void ones included.
    var ticketCount: Int { lines.reduce(0) { $0 + $1.count } + alarms.count }

    /// The number of keys of a priority that wait for a worker.
    func readyCount(_ priority: WorkPriority) -> Int { waitingCounts[priority.rawValue] }

    private mutating func makeTicket() -> Int {
        lastTicket += 1
        return lastTicket
    }
}

// MARK: - Adding

extension WorkQueueStateMachine {
    /// Adds a key that is to be looked at now.
    ///
    /// A key that waits already is not added again, but moves up when it is now more urgent; a key in progress runs
    /// once more afterwards; a key that waits for its time is ready now.
    ///
    /// - Returns: Whether the key was not waiting before.
    @discardableResult
    mutating func add(_ key: Key, priority: WorkPriority, now: Duration) -> Bool {
        guard !isShutDown else { return false }
        var priority = priority
        if let early = delayed.removeValue(forKey: key) {
            priority = min(priority, early.priority)
            sweepAlarms()
        }
        if let progress = inProgress[key] {
            inProgress[key]?.next = progress.next.map { (min($0.priority, priority), $0.since) } ?? (priority, now)
            return progress.next == nil
        }
        if let waiting = ready[key] {
            if priority < waiting.priority { enqueue(key, priority: priority, since: waiting.since) }
            return false
        }
        enqueue(key, priority: priority, since: now)
        return true
    }

    /// Adds a key that is to be looked at later; of several times the earliest counts, and now is earlier than any.
    ///
    /// - Returns: Whether the time to wake up next is now earlier than it was.
    mutating func add(_ key: Key, priority: WorkPriority, due: Duration, now: Duration) -> Bool {
        guard !isShutDown else { return false }
        guard due > now else {
            add(key, priority: priority, now: now)
            return false
        }
        if ready[key] != nil || inProgress[key]?.next != nil { return false }
        let earliest = nextDue
        let known = delayed[key]
        let (due, priority) = (min(due, known?.due ?? due), min(priority, known?.priority ?? priority))
        if let known, known.due == due {
            delayed[key]?.priority = priority
            return false
        }
        let ticket = makeTicket()
        delayed[key] = Delayed(priority: priority, due: due, ticket: ticket)
        alarms.insert(Alarm(due: due, ticket: ticket, key: key))
        sweepAlarms()
        return earliest.map { due < $0 } ?? true
    }

    /// Adds a key that failed, after a wait that grows with its failures.
    ///
    /// - Returns: The wait, and whether the time to wake up next is now earlier than it was.
    mutating func retry(
        _ key: Key,
        policy: RetryPolicy,
        priority: WorkPriority,
        random: Double,
        now: Duration
    ) -> (delay: Duration, wakesEarlier: Bool) {
        let count = (failures[key] ?? 0) + 1
        failures[key] = count
        let delay = policy.delay(afterFailures: count, random: random)
        return (delay, add(key, priority: priority, due: now + delay, now: now))
    }

    /// Forgets the failures of a key.
    mutating func forget(_ key: Key) {
        failures[key] = nil
    }

    /// The failures of a key in a row.
    func failureCount(_ key: Key) -> Int { failures[key] ?? 0 }

    private mutating func enqueue(_ key: Key, priority: WorkPriority, since: Duration) {
        let ticket = makeTicket()
        let earlier = ready.updateValue(Waiting(priority: priority, since: since, ticket: ticket), forKey: key)
        lines[priority.rawValue].append((key, ticket))
        waitingCounts[priority.rawValue] += 1
        guard let earlier else { return }
        waitingCounts[earlier.priority.rawValue] -= 1
        sweepLine(earlier.priority.rawValue)
    }
}

// MARK: - Working

extension WorkQueueStateMachine {
    /// Takes the key whose turn it is; `nil` when none is ready.
    mutating func take(now: Duration) -> WorkItem<Key>? {
        guard let line = nextLine() else { return nil }
        while let (key, ticket) = lines[line].popFirst() {
            guard let waiting = ready[key], waiting.ticket == ticket else { continue }
            ready[key] = nil
            waitingCounts[line] -= 1
            inProgress[key] = Progress(since: now, next: nil)
            overtaken[line] = 0
            for lower in (line + 1)..<max(line + 1, lines.count) where waitingCounts[lower] > 0 {
                overtaken[lower] += 1
            }
            let priority = waiting.priority
            return WorkItem(key: key, priority: priority, waited: now - waiting.since)
        }
        return nil
    }

    /// The line whose turn it is: the most urgent that is not empty, unless another was passed over too often.
    private func nextLine() -> Int? {
        var urgent: Int?
        for line in lines.indices where waitingCounts[line] > 0 {
            if urgent == nil { urgent = line }
            if overtaken[line] >= Self.maximumOvertakes { return line }
        }
        return urgent
    }

    /// Ends the work on a key.
    ///
    /// - Returns: How long it took, and whether the key is ready again; `nil` when nobody was at it.
    @discardableResult
    mutating func done(_ key: Key, now: Duration) -> (took: Duration, isReadyAgain: Bool)? {
        guard let progress = inProgress.removeValue(forKey: key) else { return nil }
        guard let next = progress.next, !isShutDown else { return (now - progress.since, false) }
        enqueue(key, priority: next.priority, since: next.since)
        return (now - progress.since, true)
    }
}

// MARK: - Time and end

extension WorkQueueStateMachine {
    /// When to call `fire` next; `nil` when nothing waits for its time.
    var nextDue: Duration? { delayed.isEmpty ? nil : alarms.min?.due }

    /// Makes the keys ready whose time has come.
    ///
    /// - Returns: How many.
    mutating func fire(now: Duration) -> Int {
        var count = 0
        while let alarm = alarms.min, alarm.due <= now {
            alarms.removeMin()
            guard let waiting = delayed[alarm.key], waiting.ticket == alarm.ticket else { continue }
            delayed[alarm.key] = nil
            if add(alarm.key, priority: waiting.priority, now: now) { count += 1 }
        }
        dropVoidAlarms()
        return count
    }

    /// Takes nothing in and gives nothing out any more; only work in progress remains.
    mutating func shutDown() {
        isShutDown = true
        ready.removeAll()
        delayed.removeAll()
        alarms = Heap()
        for line in lines.indices {
            lines[line].removeAll()
            waitingCounts[line] = 0
        }
    }

    /// Removes void alarms from the top, so that `nextDue` tells the truth.
    private mutating func dropVoidAlarms() {
        while let alarm = alarms.min, delayed[alarm.key]?.ticket != alarm.ticket { alarms.removeMin() }
    }

    private mutating func sweepAlarms() {
        dropVoidAlarms()
        guard alarms.count > 64, alarms.count > 2 * delayed.count else { return }
        alarms = Heap(alarms.unordered.filter { delayed[$0.key]?.ticket == $0.ticket })
    }

    private mutating func sweepLine(_ line: Int) {
        guard lines[line].count > 64, lines[line].count > 2 * waitingCounts[line] else { return }
        lines[line].removeAll { ready[$0.key]?.ticket != $0.ticket }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
import DequeModule
import KubeCore
public import ServiceLifecycle
import Synchronization

/// Keys that somebody has to look at, each by one worker at a time.
///
/// ```
///   add ------------------> line of its priority --next()--> in progress --done()--> nowhere
///   add(after:), retry ---> waits for its time --^               \_ added meanwhile: line again
/// ```
/// Guarantees: a key that waits is not added twice; a key that is added while in progress runs once more; never two
/// workers on one key; urgent keys first, first come first served among equals, nobody waits for ever (of any 17 turns
/// one goes to a line that was passed over). All operations take logarithmic time at most.
///
/// The queue is a service: while it runs, keys that wait for their time become ready.
public final class WorkQueue<Key: Hashable & Sendable>: Service {
    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<WorkItem<Key>?, Never>
    }

    private struct State {
        var machine = WorkQueueStateMachine<Key>()
        var waiters: Deque<Waiter> = []
        var nextID = 0
        var drains: [CheckedContinuation<Void, Never>] = []

        var depths: [Int] { WorkPriority.allCases.map { machine.readyCount($0) } }

        /// Gives ready keys to waiting workers.
        mutating func match(now: Duration) -> [(Waiter, WorkItem<Key>)] {
            var matches: [(Waiter, WorkItem<Key>)] = []
            while !waiters.isEmpty, let item = machine.take(now: now) {
                matches.append((waiters.removeFirst(), item))
            }
            return matches
        }
    }

    /// What has to be done after the lock is released.
    private struct Effects {
        var matches: [(Waiter, WorkItem<Key>)] = []
        var depthDifferences: [Int] = []
        var rearmsTimer = false
    }

    /// The name, for metrics.
    public let name: String
    private let timeline: Timeline
    private let jitter: @Sendable () -> Double
    private let metrics: WorkQueueMetrics
    private let state = Mutex(State())
    private let timerChanged = Signal()

    /// Creates an empty queue.
    ///
    /// - Parameters:
    ///   - name: The name, for metrics; that of the controller.
    ///   - clock: What waits are measured by.
    ///   - jitter: A number in `0..<1`, anew each time.
    ///   - metrics: Where measurements go.
    public init(
        name: String,
        clock: some Clock<Duration> = ContinuousClock(),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        metrics: any MetricsFactory = NOOPMetricsHandler.instance
    ) {
        self.name = name
        timeline = Timeline(clock)
        self.jitter = jitter
        self.metrics = WorkQueueMetrics(name: name, factory: metrics)
    }

    /// The number of keys that wait for a worker.
    public var count: Int { state.withLock { $0.machine.readyCount } }

    /// The number of keys that wait for their time.
    public var delayedCount: Int { state.withLock { $0.machine.delayedCount } }

    /// The number of keys that workers are at.
    public var inProgressCount: Int { state.withLock { $0.machine.inProgressCount } }

    /// The failures of a key in a row.
    public func failureCount(of key: Key) -> Int { state.withLock { $0.machine.failureCount(key) } }

    /// Adds a key that is to be looked at now.
    public func add(_ key: Key, priority: WorkPriority = .change) {
        let now = timeline.now
        var isNew = false
        perform(now: now) { machine in
            isNew = machine.add(key, priority: priority, now: now)
            return false
        }
        if isNew { metrics.added() }
    }

    /// Adds a key that is to be looked at after a time; of several times the earliest counts.
    public func add(_ key: Key, after delay: Duration, priority: WorkPriority = .resync) {
        let now = timeline.now
        perform(now: now) { machine in
            machine.add(key, priority: priority, due: now + delay, now: now)
        }
        metrics.added()
    }

    /// Adds a key that failed, after a wait that grows with its failures in a row.
    ///
    /// - Returns: The wait.
    @discardableResult
    public func retry(_ key: Key, policy: RetryPolicy = .api, priority: WorkPriority = .change) -> Duration {
        let (now, random) = (timeline.now, jitter())
        var delay = Duration.zero
        perform(now: now) { machine in
            let outcome = machine.retry(key, policy: policy, priority: priority, random: random, now: now)
            delay = outcome.delay
            return outcome.wakesEarlier
        }
        metrics.retried()
        return delay
    }

    /// Forgets the failures of a key.
    public func forget(_ key: Key) {
        state.withLock { $0.machine.forget(key) }
    }
}

// MARK: - Working

extension WorkQueue {
    /// The key whose turn it is; waits for one.
    ///
    /// Whoever gets a key calls `done(_:)` when finished with it.
    ///
    /// - Returns: `nil` when the queue is shut down or the task is cancelled.
    public func next() async -> WorkItem<Key>? {
        let (item, id) = takeNow()
        if let item { return item }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enlist(Waiter(id: id, continuation: continuation))
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }

    private func takeNow() -> (WorkItem<Key>?, id: Int) {
        let now = timeline.now
        let (item, id) = state.withLock { state -> (WorkItem<Key>?, Int) in
            state.nextID += 1
            // Nobody is served before those who wait already.
            return (state.waiters.isEmpty ? state.machine.take(now: now) : nil, state.nextID)
        }
        if let item { noteTaken(item) }
        return (item, id)
    }

    private func enlist(_ waiter: Waiter) {
        let now = timeline.now
        let (isOver, matches) = state.withLock { state -> (Bool, [(Waiter, WorkItem<Key>)]) in
            if state.machine.isShutDown || Task.isCancelled { return (true, []) }
            state.waiters.append(waiter)
            return (false, state.match(now: now))
        }
        if isOver { waiter.continuation.resume(returning: nil) }
        hand(matches)
    }

    /// Ends the work on a key.
    public func done(_ key: Key) {
        let now = timeline.now
        var took: Duration?
        perform(now: now) { machine in
            took = machine.done(key, now: now)?.took
            return false
        }
        if let took { metrics.done(took: took) }
        let drains = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.machine.isShutDown, state.machine.inProgressCount == 0 else { return [] }
            defer { state.drains = [] }
            return state.drains
        }
        for drain in drains { drain.resume() }
    }

    private func hand(_ matches: [(Waiter, WorkItem<Key>)]) {
        for (waiter, item) in matches {
            noteTaken(item)
            waiter.continuation.resume(returning: item)
        }
    }

    private func noteTaken(_ item: WorkItem<Key>) {
        metrics.taken(waited: item.waited)
        metrics.depthChanged(by: WorkPriority.allCases.map { $0 == item.priority ? -1 : 0 })
    }

    /// Changes the machine under the lock, and does what follows from it afterwards.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - change: Returns whether the time to wake up next is now earlier than it was.
    private func perform(now: Duration, _ change: (inout WorkQueueStateMachine<Key>) -> Bool) {
        let effects = state.withLock { state -> Effects in
            let before = state.depths
            var effects = Effects()
            effects.rearmsTimer = change(&state.machine)
            effects.depthDifferences = zip(state.depths, before).map(-)
            effects.matches = state.match(now: now)
            return effects
        }
        metrics.depthChanged(by: effects.depthDifferences)
        hand(effects.matches)
        if effects.rearmsTimer { timerChanged.send() }
    }
}

// MARK: - Time and end

extension WorkQueue {
    /// Makes keys ready when their time has come, until the queue is shut down or the task is cancelled.
    public func run() async throws {
        while !Task.isCancelled {
            let now = timeline.now
            perform(now: now) { machine in
                _ = machine.fire(now: now)
                return false
            }
            let (due, isShutDown) = state.withLock { ($0.machine.nextDue, $0.machine.isShutDown) }
            if isShutDown { return }
            await timerChanged.wait(until: due, on: timeline)
        }
    }

    /// Takes nothing in and gives nothing out any more: keys that wait are dropped, and workers get `nil`.
    ///
    /// A reconcile reads the world anew whenever it runs, so a dropped key loses nothing that a restart does not find.
    public func shutDown() {
        let (waiters, differences) = state.withLock { state -> (Deque<Waiter>, [Int]) in
            let before = state.depths
            state.machine.shutDown()
            defer { state.waiters = [] }
            return (state.waiters, before.map { -$0 })
        }
        metrics.depthChanged(by: differences)
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
        timerChanged.send()
    }

    /// Waits until the queue is shut down and no worker is at a key any more.
    public func drained() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state -> Bool in
                if state.machine.isShutDown, state.machine.inProgressCount == 0 { return true }
                state.drains.append(continuation)
                return false
            }
            if isDone { continuation.resume() }
        }
    }
}

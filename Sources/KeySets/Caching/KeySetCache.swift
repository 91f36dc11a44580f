// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
public import KubeCore
public import Logging
public import Metrics
public import ServiceLifecycle
import Synchronization

/// Owns all fetching of keys: every endpoint once, refreshed ahead of time, whoever is interested in it.
///
/// ```
/// register ──> due ──> queued ──> in flight ──> good: refresh after 80 % of the lifetime
///                ^                          └─> bad:  retry after a growing pause; the last good set serves on
///                └── unknown key id, at most once per cool-down
/// ```
///
/// Guarantees: one fetch in flight per endpoint; an endpoint that hangs holds up no other; a bad answer never replaces
/// a good set. Reading a snapshot never waits. What waits fails at once while the cache does not run.
public final class KeySetCache: Service, Sendable {
    /// The knobs.
    public struct Configuration: Sendable {
        /// The greatest number of fetches at one time; endpoints that failed last time get half of them at most.
        public var maximumFetches = 32
        /// The least time between two fetches that unknown key ids ask for.
        public var unknownKeyIDCooldown: Duration = .seconds(30)
        /// How long an endpoint is remembered after nobody is interested in it.
        public var grace: Duration = .seconds(60)
        /// The shortest lifetime of a set, whatever its server says.
        public var minimumLifetime: Duration = .seconds(60)
        /// The pause after the first failure; it doubles with each further one.
        public var minimumRetry: Duration = .seconds(1)
        /// The longest pause while no set was ever fetched.
        public var maximumRetryUnloaded: Duration = .seconds(30)
        /// The longest pause once a set was fetched.
        public var maximumRetryLoaded: Duration = .seconds(300)

        /// Creates a configuration with the defaults of production.
        public init() {}
    }

    private typealias Continuation = CheckedContinuation<KeySetSnapshot, any Error>

    private struct State {
        var machine: StateMachine
        var isRunning = false
        var continuations: [Int: Continuation] = [:]
        /// Waiters cancelled before they were registered.
        var cancelled: Set<Int> = []
        var nextWaiter = 0
        var gaugesSet: Duration?

        mutating func takeStranded() -> [Continuation] {
            machine.takeStranded().compactMap { continuations.removeValue(forKey: $0) }
        }
    }

    private let fetcher: any KeySetFetcher
    private let logger: Logger
    private let metrics: KeySetMetrics
    private let jitter: @Sendable () -> Double
    private let date: @Sendable () -> Date
    private let timeline: Timeline
    private let state: Mutex<State>
    private let wakeup = Signal()
    private let feed = ChangeFeed()

    /// Creates a cache.
    ///
    /// - Parameters:
    ///   - fetcher: What fetches.
    ///   - configuration: The knobs.
    ///   - clock: The clock for all waiting.
    ///   - date: The wall clock, for `lastGood` and the age of stored sets.
    ///   - jitter: Numbers from 0 up to 1 that spread refreshes and retries.
    ///   - metrics: Where `grantor_keyset_*` go.
    ///   - logger: For changes of an endpoint's state.
    public init<C: Clock<Duration>>(
        fetcher: any KeySetFetcher,
        configuration: Configuration = Configuration(),
        clock: C = ContinuousClock(),
        date: @escaping @Sendable () -> Date = { Date() },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) {
        self.fetcher = fetcher
        self.logger = logger
        self.metrics = KeySetMetrics(factory: metrics)
        self.jitter = jitter
        self.date = date
        self.timeline = Timeline(clock)
        self.state = Mutex(State(machine: StateMachine(configuration: configuration)))
    }

    /// The endpoints whose snapshot changed in a way that a person could see; for one consumer.
    ///
    /// An endpoint that changes again before it was read is there once. The sequence ends when the cache stops.
    public var changes: KeySetChanges {
        KeySetChanges(feed: feed)
    }

    // MARK: - Interest

    /// Declares that a consumer needs the keys of an endpoint, in place of what it needed before.
    ///
    /// Cheap when nothing changes, so a reconciler may call it every time. The strictest bounds of all consumers count.
    /// - Returns: What is known now; a fetch starts when nothing is.
    @discardableResult
    public func register(
        _ consumer: NamespacedName,
        endpoint: Endpoint,
        bounds: KeySetBounds = KeySetBounds()
    ) -> KeySetSnapshot {
        let now = timeline.now
        let (snapshot, needsWork, stranded) = state.withLock { state in
            let needsWork = state.machine.register(consumer, endpoint: endpoint, bounds: bounds, at: now)
            return (state.machine.snapshot(of: endpoint, at: now), needsWork, state.takeStranded())
        }
        for continuation in stranded { continuation.resume(throwing: StateMachine.notRegistered) }
        if needsWork { wakeup.send() }
        return snapshot
    }

    /// Declares that a consumer needs no keys any more.
    public func unregister(_ consumer: NamespacedName) {
        let now = timeline.now
        let (needsWork, stranded) = state.withLock { state in
            (state.machine.unregister(consumer, at: now), state.takeStranded())
        }
        for continuation in stranded { continuation.resume(throwing: StateMachine.notRegistered) }
        if needsWork { wakeup.send() }
    }

    /// The consumers of an endpoint, sorted.
    public func consumers(of endpoint: Endpoint) -> [NamespacedName] {
        state.withLock { $0.machine.consumers(of: endpoint) }.sorted()
    }

    /// Gives an endpoint the keys that an earlier process stored, until a fetch gives better ones.
    ///
    /// Nothing happens when the endpoint already has keys, is not registered, or when the keys are too old.
    /// - Parameters:
    ///   - endpoint: A registered endpoint.
    ///   - stored: The keys; the caller vouches for each of them.
    ///   - lastGood: When the keys were last seen at the endpoint.
    public func seed(_ endpoint: Endpoint, with stored: FetchedKeySet, lastGood: Date) {
        let now = timeline.now
        let age = Duration.seconds(max(0, date().timeIntervalSince(lastGood)))
        let changed = state.withLock {
            $0.machine.seed(endpoint, stored, lastGood: lastGood, seenAt: now - age, at: now)
        }
        if changed { feed.add([endpoint]) }
        wakeup.send()
    }

    // MARK: - Reading

    /// What is known about an endpoint now; pending and without keys when it is not registered.
    public func snapshot(of endpoint: Endpoint) -> KeySetSnapshot {
        let now = timeline.now
        return state.withLock { $0.machine.snapshot(of: endpoint, at: now) }
    }

    /// Waits until a fetch of an endpoint has ended, well or not; returns at once when one has.
    ///
    /// - Throws: `KeySetError` with `notRunning` or `notRegistered`, or `CancellationError`.
    public func loaded(_ endpoint: Endpoint) async throws -> KeySetSnapshot {
        try await wait(for: endpoint) { machine, waiter, now in
            machine.wait(for: endpoint, as: waiter, at: now)
        }
    }

    /// Fetches again because a token names a key that is not known, and waits for the outcome.
    ///
    /// Returns what is known without a fetch when the key is there, or when the last such fetch is less than the
    /// cool-down ago: tokens with made-up ids cost nothing. Joins a fetch that is in flight.
    /// - Throws: `KeySetError` with `notRunning` or `notRegistered`, or `CancellationError`.
    public func refresh(_ endpoint: Endpoint, unknownKeyID kid: KeyID) async throws -> KeySetSnapshot {
        try await wait(for: endpoint) { machine, waiter, now in
            machine.refresh(endpoint, unknownKeyID: kid, as: waiter, at: now)
        }
    }

    /// Sets the gauges; to be called before metrics are read, because an age grows by itself.
    public func updateMetrics() {
        updateMetrics(after: .zero)
    }

    private func wait(
        for endpoint: Endpoint,
        _ begin: @Sendable (inout StateMachine, _ waiter: Int, _ now: Duration) -> StateMachine.WaitAction
    ) async throws -> KeySetSnapshot {
        let now = timeline.now
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        defer { state.withLock { _ = $0.cancelled.remove(waiter) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: Continuation) in
                let outcome = state.withLock { state -> Result<KeySetSnapshot, any Error>? in
                    if state.cancelled.remove(waiter) != nil { return .failure(CancellationError()) }
                    guard state.isRunning else { return .failure(Self.notRunning) }
                    switch begin(&state.machine, waiter, now) {
                    case .answer(let snapshot): return .success(snapshot)
                    case .fail(let error): return .failure(error)
                    case .wait:
                        state.continuations[waiter] = continuation
                        return nil
                    }
                }
                if let outcome { continuation.resume(with: outcome) } else { wakeup.send() }
            }
        } onCancel: {
            let continuation = state.withLock { state -> Continuation? in
                guard let continuation = state.continuations.removeValue(forKey: waiter) else {
                    state.cancelled.insert(waiter)
                    return nil
                }
                state.machine.forget(waiter: waiter, of: endpoint)
                return continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    private static let notRunning = KeySetError(.notRunning, "cannot wait for keys: the cache does not run")

    // MARK: - Running

    /// Fetches what is due until cancelled or shut down; in-flight fetches are cancelled then.
    public func run() async throws {
        state.withLock { $0.isRunning = true }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    let step = self.step()
                    for flight in step.flights {
                        group.addTask { await self.perform(flight) }
                    }
                    await self.wakeup.wait(until: step.wake, on: self.timeline)
                }
                group.cancelAll()
            }
        }
        let stranded = state.withLock { state in
            state.isRunning = false
            state.machine.stop()
            defer { state.continuations = [:] }
            return state.continuations.values.map { $0 }
        }
        for continuation in stranded { continuation.resume(throwing: Self.notRunning) }
        feed.finish()
    }

    private func step() -> StateMachine.Step {
        let now = timeline.now
        let step = state.withLock { $0.machine.step(at: now) }
        feed.add(step.changed)
        return step
    }

    private func perform(_ flight: StateMachine.Flight) async {
        let result: Result<FetchedKeySet, KeySetError>
        do {
            result = .success(try await fetcher.fetch(flight.endpoint, previous: flight.previous))
        } catch let error as KeySetError {
            result = .failure(error)
        } catch {
            // A fetch that is cancelled with the cache has no outcome; everybody who waits is told by `run`.
            if Task.isCancelled { return }
            result = .failure(KeySetError(.unreachable, "cannot fetch the keys", cause: error))
        }
        let now = timeline.now
        let (date, jitter) = (date(), jitter())
        let (completion, continuations) = state.withLock { state in
            let completion = state.machine.complete(flight, result, at: now, date: date, jitter: jitter)
            return (completion, completion.waiters.compactMap { state.continuations.removeValue(forKey: $0) })
        }
        for continuation in continuations { continuation.resume(returning: completion.snapshot) }
        metrics.count(result)
        if completion.isChanged {
            log(completion.snapshot)
            feed.add([flight.endpoint])
        }
        updateMetrics(after: .seconds(1))
        wakeup.send()
    }

    /// Sets the gauges unless that was done a moment ago: the sum runs over all endpoints.
    private func updateMetrics(after pause: Duration) {
        let now = timeline.now
        let totals = state.withLock { state -> StateMachine.Totals? in
            if let last = state.gaugesSet, now < last + pause { return nil }
            state.gaugesSet = now
            return state.machine.totals(at: now)
        }
        if let totals { metrics.record(totals) }
    }

    private func log(_ snapshot: KeySetSnapshot) {
        var metadata: Logger.Metadata = ["keyset.endpoint": "\(snapshot.endpoint)"]
        metadata["keyset.keys"] = "\(snapshot.keySet?.keys.count ?? 0)"
        if let failure = snapshot.failure {
            metadata["error.code"] = "\(failure.code.rawValue)"
            metadata["error.message"] = "\(failure.message)"
            logger.info("the keys cannot be refreshed", metadata: metadata)
        } else {
            logger.info("the keys have changed", metadata: metadata)
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
public import FoundationEssentials
import KubeClient
import KubeCore
public import Logging
public import ServiceLifecycle
import Synchronization

/// The service that stands for election, and tells everybody whether this process may write.
///
/// It keeps client-go's Lease record, and differs in three points: it watches the lease, so that one that was given back
/// is taken at once; leadership that was lost is no reason to end, the process stands for election again; and it fences:
/// `writeLimit` is asked before each write and ends before anybody else may hold the lease.
///
/// Guarantees: as long as clocks run at speeds that differ by less than leaseDuration / renewDeadline, and a write
/// that began ends within its limit, no two processes write at a time. Time that a process was stopped or suspended
/// counts (`ContinuousClock`), and the time of day plays no part.
///
/// Graceful shutdown gives the lease back if this process still holds it; in a `ServiceGroup` the elector stands in
/// front of everything that writes, so that it ends last. Cancellation leaves the lease to expire.
public final class LeaderElector: Service {
    /// Whether leadership began (`true`) or ended, newest first; for one reader.
    public let changes: AsyncStream<Bool>
    /// The name of the lease, for logs and metrics.
    public let name: String
    private let configuration: ElectionConfiguration
    private let lock: any LeaseLock
    private let timeline: Timeline
    private let date: @Sendable () -> Date
    private let jitter: @Sendable () -> Double
    private let machine: Mutex<ElectionStateMachine>
    private let announce: AsyncStream<Bool>.Continuation
    private let wake = Signal()
    private let deadlineChanged = Signal()
    private let complaint = Mutex<String?>(nil)
    private let metrics: ElectionMetrics
    private let logger: Logger

    /// Creates an elector that leads nobody yet.
    ///
    /// - Parameters:
    ///   - name: The name of the lease, for logs and metrics.
    ///   - configuration: Who stands for election, and its times.
    ///   - lock: Where the lease is.
    ///   - clock: What deadlines are measured by; it must count the time of suspension.
    ///   - date: The time of day, for the record alone.
    ///   - jitter: A number in `0..<1`, anew each time.
    ///   - metrics: Where measurements go.
    ///   - logger: Where changes are told.
    /// - Throws: `KubeError` with code `InvalidConfiguration`.
    public init(
        name: String,
        configuration: ElectionConfiguration,
        lock: any LeaseLock,
        clock: some Clock<Duration> = ContinuousClock(),
        date: @escaping @Sendable () -> Date = { Date() },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) throws {
        try configuration.validate()
        self.name = name
        self.configuration = configuration
        self.lock = lock
        self.date = date
        self.jitter = jitter
        timeline = Timeline(clock)
        machine = Mutex(ElectionStateMachine(configuration: configuration, now: timeline.now))
        (changes, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.metrics = ElectionMetrics(name: name, factory: metrics)
        var logger = logger
        logger[metadataKey: "lease.name"] = "\(name)"
        logger[metadataKey: "lease.identity"] = "\(configuration.identity)"
        self.logger = logger
    }

    /// Whether this process may write now.
    public var isLeading: Bool {
        let now = timeline.now
        return machine.withLock { $0.isLeading(now: now) }
    }

    /// How long a write that begins now may take; `nil` when it may not begin.
    public func writeLimit() -> Duration? {
        let now = timeline.now
        return machine.withLock { $0.writeLimit(now: now) }
    }

    /// Whether attempts go on; one that hangs for longer than a lease and 20 s (as client-go's watchdog has it) shows
    /// that something in this process is stuck.
    public var isAlive: Bool {
        let now = timeline.now
        return machine.withLock { $0.sinceLastAttempt(now: now) } < configuration.leaseDuration + .seconds(20)
    }

    /// Who leads, by what was last seen; empty when nobody does or nothing is known.
    public var holder: String {
        machine.withLock { $0.observed?.record.holderIdentity ?? "" }
    }

    /// Stands for election until graceful shutdown or cancellation.
    public func run() async throws {
        defer { announce.finish() }
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.campaign() }
                group.addTask { await self.endInTime() }
                group.addTask {
                    await self.lock.follow { lease in self.see(lease) }
                    // Without a watch the reads of the campaign must do.
                    await Signal().wait()
                }
                await group.waitForAll()
            }
        }
        if !Task.isCancelled { await release() }
        metrics.setLeading(false)
    }

    // MARK: - The campaign

    private func campaign() async {
        while !Task.isCancelled {
            await attempt()
            if Task.isCancelled { return }
            let due = machine.withLock { $0.due }
            await wake.wait(until: due, on: timeline)
        }
    }

    /// Ends leadership at its deadline, also while an attempt hangs.
    private func endInTime() async {
        while !Task.isCancelled {
            let now = timeline.now
            tell(machine.withLock { $0.expire(now: now) })
            await deadlineChanged.wait(until: machine.withLock { $0.writingEnds }, on: timeline)
        }
    }

    private func see(_ lease: Lease?) {
        let now = timeline.now
        if machine.withLock({ $0.observe(lease, now: now, isRead: false) }) { wake.send() }
    }

    private func attempt() async {
        do {
            if try await renewQuickly() { return }
            let lease = try await lock.read()
            let (now, date) = (timeline.now, date())
            let claim = machine.withLock { machine in
                _ = machine.observe(lease, now: now, isRead: true)
                return machine.claim(now: now, date: date)
            }
            switch claim {
            case .create(let record): won(try await lock.create(record), sent: now)
            case .update(let lease, let record): won(try await lock.update(lease, to: record), sent: now)
            case .held(let expiry):
                let jitter = jitter()
                tell(machine.withLock { $0.lost(until: expiry, now: now, jitter: jitter) })
                complaint.withLock { $0 = nil }
            }
        } catch {
            fail(error)
        }
    }

    /// Renews without reading first; whether that was possible.
    ///
    /// - Throws: What the lock throws, except for a conflict.
    private func renewQuickly() async throws -> Bool {
        let (sent, date) = (timeline.now, date())
        guard let (lease, record) = machine.withLock({ $0.renewal(now: sent, date: date) }) else { return false }
        do {
            won(try await lock.update(lease, to: record), sent: sent)
            return true
        } catch let error as KubeError where error.disposition == .refresh {
            metrics.tookSlowPath()
            return false
        }
    }

    private func won(_ lease: Lease, sent: Duration) {
        let now = timeline.now
        tell(machine.withLock { $0.won(lease, sent: sent, now: now) })
        complaint.withLock { $0 = nil }
        deadlineChanged.send()
    }

    private func fail(_ error: any Error) {
        if Task.isCancelled { return }
        let (now, jitter) = (timeline.now, jitter())
        tell(machine.withLock { $0.failed(now: now, jitter: jitter) })
        guard let error = error as? KubeError else { return }
        let isNews = complaint.withLock { complaint in
            defer { complaint = error.code.rawValue }
            return complaint != error.code.rawValue
        }
        let metadata: Logger.Metadata = ["error.code": "\(error.code.rawValue)", "error.message": "\(error.message)"]
        switch error.code {
        // Who was faster is no failure.
        case .conflict, .alreadyExists: logger.debug("the lease is not to be had", metadata: metadata)
        case _ where !isNews: logger.debug("still cannot use the lease", metadata: metadata)
        case _ where error.isTransient: logger.info("cannot use the lease", metadata: metadata)
        // The permission lacks, or the namespace: as long as that is so, nobody leads.
        default: logger.warning("cannot use the lease until somebody changes something", metadata: metadata)
        }
    }

    private func tell(_ change: ElectionStateMachine.Change?) {
        guard let change else { return }
        let isLeading = change == .began
        metrics.setLeading(isLeading)
        if isLeading { logger.info("leadership began") } else { logger.info("leadership ended") }
        announce.yield(isLeading)
    }

    // MARK: - The end

    /// Gives the lease back, if it is still ours.
    private func release() async {
        let (now, date) = (timeline.now, date())
        guard var (lease, record) = machine.withLock({ $0.release(now: now, date: date) }) else { return }
        announce.yield(false)
        for _ in 0..<3 {
            do {
                _ = try await lock.update(lease, to: record)
                return logger.info("leadership given back")
            } catch let error as KubeError where error.code == .conflict {
                guard let found = try? await lock.read() else { return }
                let now = timeline.now
                let again = machine.withLock { machine -> (Lease, LeaseRecord)? in
                    _ = machine.observe(found, now: now, isRead: true)
                    return machine.releasing(date: date)
                }
                guard let again else { return }
                (lease, record) = again
            } catch {
                return logger.info("the lease is left to expire")
            }
        }
    }
}

extension LeaderElector: CustomStringConvertible {
    /// The name that the log calls it by; made by reflection it would walk through all parts.
    public var description: String { "LeaderElector" }
}

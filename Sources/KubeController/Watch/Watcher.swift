// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
public import Logging
import Synchronization

/// Keeps telling what is in a collection and what happens to it, whatever happens to the connection.
///
/// Guarantees: events come in the order of the server, one at a time, and the next is not read before the reader is
/// done with the last. The first list is consistent, a later one never older than what was seen. After `restarted` and
/// `synced` the reader knows exactly what is there. The watcher never gives up: it waits, retries, and reports.
///
/// Caveats: changes between two versions may come as one; a deletion that happens while there is no connection shows
/// only as an object that is missing from the next list.
public final class Watcher<Source: ListWatchSource>: Sendable {
    private let source: Source
    private let timeline: Timeline
    private let jitter: @Sendable () -> Double
    private let levelBeforeSync: Logger.Level
    private let logger: Logger
    private let machine: Mutex<WatcherStateMachine>

    /// Creates a watcher; nothing happens before `run`.
    ///
    /// - Parameters:
    ///   - source: What to watch.
    ///   - configuration: Its habits.
    ///   - clock: What waits are measured by.
    ///   - jitter: A number in `0..<1`, anew each time.
    ///   - logger: Where changes of health are told.
    public init(
        _ source: Source,
        configuration: WatcherConfiguration = WatcherConfiguration(),
        clock: some Clock<Duration> = ContinuousClock(),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger
    ) {
        self.source = source
        timeline = Timeline(clock)
        self.jitter = jitter
        levelBeforeSync = configuration.levelBeforeSync
        self.logger = logger
        machine = Mutex(WatcherStateMachine(configuration: configuration))
    }

    /// How the watcher is doing.
    public var health: WatcherHealth {
        let now = elapsed
        return machine.withLock { $0.health(now: now) }
    }

    /// Watches until the task is cancelled.
    ///
    /// - Parameter receive: Takes the events, one at a time.
    /// - Throws: `CancellationError`, and nothing else.
    public func run(_ receive: @escaping @Sendable (WatcherEvent<Source.Object>) async -> Void) async throws {
        while true {
            try Task.checkCancellation()
            let (now, jitter) = (elapsed, jitter())
            switch machine.withLock({ $0.step(now: now, jitter: jitter) }) {
            case .sleep(let duration): try await timeline.sleep(for: duration)
            case .restart: await receive(.restarted)
            case .list(let options): try await list(options, receive)
            case .watch(let options): try await watch(options, receive)
            }
        }
    }

    private var elapsed: Duration { timeline.now }

    private func list(
        _ options: ListOptions,
        _ receive: @Sendable (WatcherEvent<Source.Object>) async -> Void
    ) async throws {
        let page: SourcePage<Source.Object>
        do {
            page = try await source.list(options)
        } catch {
            try Task.checkCancellation()
            return fail(error)
        }
        let now = elapsed
        let outcome = machine.withLock {
            $0.received(pageVersion: page.resourceVersion, continueToken: page.continueToken, now: now)
        }
        if outcome.recovered { reportRecovery() }
        await receive(.listed(page.items))
        if outcome.isComplete { await receive(.synced(resourceVersion: page.resourceVersion)) }
    }
}

// MARK: - One watch

extension Watcher {
    /// How a watch came to its end.
    private enum Ending: Sendable {
        case ended
        case failed(any Error)
        case expired
    }

    private func watch(
        _ options: WatchOptions,
        _ receive: @escaping @Sendable (WatcherEvent<Source.Object>) async -> Void
    ) async throws {
        let ending = await withTaskGroup(of: Ending.self) { group in
            group.addTask { await self.consume(options, receive) }
            group.addTask { await self.guardWatch() }
            let first = await group.next()
            group.cancelAll()
            return first ?? .ended
        }
        try Task.checkCancellation()
        let (now, jitter) = (elapsed, jitter())
        switch ending {
        case .ended:
            if let report = machine.withLock({ $0.watchEnded(now: now, jitter: jitter) }) { log(report) }
        case .expired:
            let report = machine.withLock { $0.watchExpired(now: now, jitter: jitter) }
            log(report)
        case .failed(let error):
            fail(error)
        }
    }

    private func consume(
        _ options: WatchOptions,
        _ receive: @Sendable (WatcherEvent<Source.Object>) async -> Void
    ) async -> Ending {
        do {
            for try await event in try await source.watch(options) {
                await deliver(event, receive)
                // Nothing may be delivered after the watchdog has spoken: the next list would not know of it.
                if Task.isCancelled { break }
            }
            return .ended
        } catch {
            return .failed(error)
        }
    }

    private func deliver(
        _ event: SourceEvent<Source.Object>,
        _ receive: @Sendable (WatcherEvent<Source.Object>) async -> Void
    ) async {
        let now = elapsed
        switch event {
        case .applied(let object):
            let (delivery, recovered) = machine.withLock {
                $0.received(version: object.resourceVersion, isDeletion: false, now: now)
            }
            if recovered { reportRecovery() }
            await receive(delivery == .listed ? .listed([object]) : .applied(object))
        case .deleted(let key, let version):
            let (_, recovered) = machine.withLock { $0.received(version: version, isDeletion: true, now: now) }
            if recovered { reportRecovery() }
            await receive(.deleted(key, resourceVersion: version))
        case .bookmark(let version, let endsInitialEvents):
            let (delivery, recovered) = machine.withLock {
                $0.received(bookmark: version, endsInitialEvents: endsInitialEvents, now: now)
            }
            if recovered { reportRecovery() }
            if case .synced(let version) = delivery { await receive(.synced(resourceVersion: version)) }
        case .ignored:
            break
        }
    }

    /// Ends when the watch has outlived its time, or when it is cancelled.
    private func guardWatch() async -> Ending {
        while !Task.isCancelled {
            let now = elapsed
            let (next, recovered) = machine.withLock { $0.watchdog(now: now) }
            if recovered { reportRecovery() }
            switch next {
            case .expired: return .expired
            case .sleep(let until):
                do {
                    try await timeline.sleep(until: max(until, now + .milliseconds(1)))
                } catch {
                    return .ended
                }
            }
        }
        return .ended
    }
}

// MARK: - Reports

extension Watcher {
    private func fail(_ error: any Error) {
        let (now, jitter) = (elapsed, jitter())
        let report = machine.withLock { $0.failed(WatchFault(error), now: now, jitter: jitter) }
        log(report, WatchFault(error))
    }

    private func log(_ report: WatcherStateMachine.Report, _ fault: WatchFault? = nil) {
        let health = health
        var metadata: Logger.Metadata = ["watch.failures": "\(health.consecutiveFailures)"]
        if let reason = fault?.reason ?? health.reason { metadata["error.code"] = "\(reason)" }
        if let message = fault?.message ?? health.message { metadata["error.message"] = "\(message)" }
        switch report {
        // Until the first list is read nothing was there to be lost, and who waits for it tells what is the matter.
        case .warning where !health.isSynced:
            logger.log(level: levelBeforeSync, "watch cannot begin yet", metadata: metadata)
        case .warning: logger.warning("watch fails until somebody changes something", metadata: metadata)
        case .info where !health.isSynced: logger.debug("watch starts over", metadata: metadata)
        case .info: logger.info("watch starts over", metadata: metadata)
        case .debug: logger.debug("watch still fails", metadata: metadata)
        }
    }

    private func reportRecovery() {
        logger.info("watch works again")
    }
}

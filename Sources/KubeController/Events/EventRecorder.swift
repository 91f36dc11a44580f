// Grantor
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
public import FoundationEssentials
import KubeClient
import KubeCore
public import Logging
public import ServiceLifecycle
import Synchronization

/// The service that writes events (`events.k8s.io/v1`) for people to read.
///
/// `record` never waits and never fails: events are a courtesy, and a reconcile does not depend on them. Repetitions
/// are counted in a series. New events about one object are limited by a token bucket; when too many wait to be
/// written, a new one is dropped (what happened first explains most). Drops are counted.
///
/// Graceful shutdown writes what is left, within a deadline.
public final class EventRecorder: Service {
    private let configuration: EventRecorderConfiguration
    private let sink: any EventSink
    private let timeline: Timeline
    private let time: @Sendable () -> Date
    private let logger: Logger
    private let machine: Mutex<EventRecorderStateMachine>
    private let refusal = Mutex<String?>(nil)
    private let changed = Signal()
    private let written: Counter
    private let failed: Counter
    private let dropped: Counter

    /// Creates a recorder; nothing is written before `run`.
    ///
    /// - Parameters:
    ///   - configuration: Its habits.
    ///   - sink: Where events go.
    ///   - clock: What waits are measured by.
    ///   - now: The time of day.
    ///   - metrics: Where measurements go.
    ///   - logger: Where refusals are told.
    public init(
        _ configuration: EventRecorderConfiguration,
        sink: any EventSink,
        clock: some Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() },
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) {
        self.configuration = configuration
        self.sink = sink
        timeline = Timeline(clock)
        time = now
        self.logger = logger
        machine = Mutex(EventRecorderStateMachine(configuration: configuration))
        func counter(_ result: String) -> Counter {
            let counter = Counter(
                label: "event_recorder_events_total",
                dimensions: [("result", result)],
                factory: metrics
            )
            counter.increment(by: 0)
            return counter
        }
        written = counter("written")
        failed = counter("failed")
        dropped = counter("dropped")
    }

    /// Notes that something happened; returns at once.
    public func record(_ event: ObjectEvent) {
        let (time, now) = (time(), timeline.now)
        switch machine.withLock({ $0.record(event, time: time, now: now) }) {
        case .accepted: changed.send()
        case .limited, .full: dropped.increment()
        }
    }

    /// Writes until cancellation, or after graceful shutdown until all is written or the deadline has passed.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.write() }
            group.addTask { await self.close() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits for graceful shutdown, and then as long as there is time.
    private func close() async {
        // Cancellation ends both waits at once: then the process has no time left.
        guard (try? await gracefulShutdown()) != nil else { return }
        let now = timeline.now
        machine.withLock { $0.close(now: now) }
        changed.send()
        try? await timeline.sleep(for: configuration.flushDeadline)
    }

    /// Writes what is due, a few at a time, until it is finished or the task is cancelled.
    private func write() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let now = timeline.now
                while let write = machine.withLock({ $0.takeWrite(now: now) }) {
                    group.addTask { await self.perform(write) }
                }
                let (isFinished, due) = machine.withLock { machine in
                    // Later than the look above: what became due in between must not be taken for what is not due.
                    let now = timeline.now
                    return (machine.isFinished(now: now), machine.nextDue(now: now))
                }
                if isFinished { return }
                await changed.wait(until: due, on: timeline)
            }
        }
    }

    private func perform(_ write: EventRecorderStateMachine.Write) async {
        let result: EventRecorderStateMachine.WriteResult
        do {
            switch write.body {
            case .create(let event): try await sink.create(event, in: write.name.namespace ?? "default")
            case .patch(let patch): try await sink.patch(write.name, patch)
            }
            result = .written
            written.increment()
            refusal.withLock { $0 = nil }
        } catch {
            result = classify(error, write.body)
        }
        let now = timeline.now
        machine.withLock { $0.finished(write, result, now: now) }
        changed.send()
    }

    private func classify(
        _ error: any Error,
        _ body: EventRecorderStateMachine.Write.Body
    ) -> EventRecorderStateMachine.WriteResult {
        guard let error = error as? KubeError else { return .failed }
        switch (error.code, body) {
        case (.alreadyExists, .create): return .written
        case (.notFound, .patch): return .gone
        default: break
        }
        failed.increment()
        if error.isTransient { return .failed }
        let isNews = refusal.withLock { refusal in
            defer { refusal = error.code.rawValue }
            return refusal != error.code.rawValue
        }
        if isNews {
            let metadata: Logger.Metadata = [
                "error.code": "\(error.code.rawValue)", "error.message": "\(error.message)",
            ]
            logger.warning("events are not written", metadata: metadata)
        }
        return .refused
    }
}

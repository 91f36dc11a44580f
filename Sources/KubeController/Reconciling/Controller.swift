// Grantor
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
import KubeCore
public import Logging
public import ServiceLifecycle

/// The service that gives the keys of a queue to a reconciler, a fixed number at a time.
///
/// It is the one place that logs failed reconciles (one line each, at level error), retries them, and counts them.
///
/// Graceful shutdown: the queue takes nothing in any more, reconciles in progress may finish within the drain
/// deadline, then they are cancelled. Cancellation of `run` cancels them at once.
public final class Controller<R: Reconciler>: Service {
    private let name: String
    private let reconciler: R
    private let queue: WorkQueue<R.Key>
    private let configuration: ControllerConfiguration
    private let isReady: @Sendable () async throws -> Void
    private let timeline: Timeline
    private let deadlines: DeadlineTable
    private let makeID: @Sendable () -> String
    private let metrics: ControllerMetrics
    private let logger: Logger

    /// Creates a controller; nothing happens before `run`.
    ///
    /// - Parameters:
    ///   - name: The name, for logs and metrics.
    ///   - reconciler: What is done with a key.
    ///   - queue: Where the keys come from; the controller runs its timer and shuts it down.
    ///   - configuration: Its habits.
    ///   - isReady: Returns when work may begin, mostly when the stores are synced.
    ///   - clock: What waits are measured by.
    ///   - makeID: Makes the `reconcile.id` of a run.
    ///   - metrics: Where measurements go.
    ///   - logger: The logger that each reconcile finds as `Logger.current`, with more metadata.
    public init(
        name: String,
        reconciler: R,
        queue: WorkQueue<R.Key>,
        configuration: ControllerConfiguration = ControllerConfiguration(),
        isReady: @escaping @Sendable () async throws -> Void = {},
        clock: some Clock<Duration> = ContinuousClock(),
        makeID: @escaping @Sendable () -> String = { String(UInt64.random(in: .min ... .max), radix: 16) },
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) {
        self.name = name
        self.reconciler = reconciler
        self.queue = queue
        self.configuration = configuration
        self.isReady = isReady
        timeline = Timeline(clock)
        deadlines = DeadlineTable(distance: configuration.reconcileDeadline, timeline: timeline)
        self.makeID = makeID
        self.metrics = ControllerMetrics(controller: name, workers: configuration.workers, factory: metrics)
        var logger = logger
        logger[metadataKey: "controller.name"] = "\(name)"
        self.logger = logger
    }

    /// Works until graceful shutdown or cancellation.
    ///
    /// - Throws: What `isReady` throws, except cancellation.
    public func run() async throws {
        try await withLogger(logger) { logger in
            try await withGracefulShutdownHandler {
                do {
                    try await cancelWhenGracefulShutdown { try await self.isReady() }
                } catch is CancellationError {
                    return
                }
                logger.info("controller starts", metadata: ["controller.workers": "\(configuration.workers)"])
                await work()
                logger.info("controller stopped")
            } onGracefulShutdown: {
                self.queue.shutDown()
            }
        }
    }

    private func work() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.runWorkers() }
            group.addTask {
                try? await self.queue.run()
                await self.suspend()
            }
            group.addTask {
                await self.deadlines.run()
            }
            group.addTask { await self.waitForDrainDeadline() }
            // Either the workers are done, or the drain deadline is passed.
            await group.next()
            group.cancelAll()
        }
    }

    private func runWorkers() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, configuration.workers) {
                group.addTask {
                    while let item = await self.queue.next() { await self.process(item) }
                }
            }
        }
    }

    private func waitForDrainDeadline() async {
        do {
            try await gracefulShutdown()
            try await timeline.sleep(for: configuration.drainDeadline)
            logger.warning("reconciles in progress are cancelled: the shutdown waited long enough")
        } catch {
            // Cancelled: the workers were done before.
        }
    }

    /// Waits for cancellation.
    private func suspend() async {
        await Signal().wait()
    }
}

// MARK: - One reconcile

extension Controller {
    /// How a reconcile ended.
    private enum Ending: Sendable {
        case finished(Result<ReconcileAction, any Error>)
        case deadline(passed: Bool)
    }

    private func process(_ item: WorkItem<R.Key>) async {
        let key = item.key
        var metadata: Logger.Metadata = [
            "object.name": .string(key.object.name), "reconcile.id": .string(makeID()),
        ]
        if let namespace = key.object.namespace { metadata["object.namespace"] = .string(namespace) }
        await withLogger(mergingMetadata: metadata) { logger in
            let start = timeline.now
            metrics.started()
            let outcome: ControllerMetrics.Outcome
            do {
                outcome = finish(item, try await reconcileWithinDeadline(key), logger)
            } catch {
                outcome = finish(item, failedWith: error, logger)
            }
            metrics.ended(outcome, took: timeline.now - start)
        }
        queue.done(key)
    }

    private func reconcileWithinDeadline(_ key: R.Key) async throws -> ReconcileAction {
        let (first, isLate) = await withTaskGroup(of: Ending.self) { group -> (Ending?, Bool) in
            group.addTask {
                do {
                    return .finished(.success(try await self.reconciler.reconcile(key)))
                } catch {
                    return .finished(.failure(error))
                }
            }
            group.addTask { .deadline(passed: await self.deadlines.wait()) }
            var isLate = false
            while let ending = await group.next() {
                group.cancelAll()
                switch ending {
                case .finished: return (ending, isLate)
                // The key stays in progress until the reconcile has really ended.
                case .deadline(let passed): isLate = passed
                }
            }
            return (nil, isLate)
        }
        guard case .finished(let result) = first else { throw CancellationError() }
        if isLate, case .failure = result {
            throw ReconcileError.timedOut(after: configuration.reconcileDeadline)
        }
        return try result.get()
    }

    private func finish(
        _ item: WorkItem<R.Key>,
        _ action: ReconcileAction,
        _ logger: Logger
    ) -> ControllerMetrics.Outcome {
        queue.forget(item.key)
        switch action {
        case .done:
            logger.debug("reconciled")
            return .success
        case .after(let delay):
            queue.add(item.key, after: delay, priority: .resync)
            logger.debug("reconciled, looks again later", metadata: ["requeue.after": "\(delay)"])
            return delay > .zero ? .requeueAfter : .requeue
        }
    }

    private func finish(
        _ item: WorkItem<R.Key>,
        failedWith error: any Error,
        _ logger: Logger
    ) -> ControllerMetrics.Outcome {
        let error = ReconcileError(classifying: error)
        var metadata: Logger.Metadata = ["error.code": "\(error.reason)", "error.message": "\(error.message)"]
        if error.reason == "Cancelled", Task.isCancelled || Task.isShuttingDownGracefully {
            logger.info("reconcile cancelled")
            return .error
        }
        switch error.kind {
        case .waiting(let delay):
            queue.forget(item.key)
            queue.add(item.key, after: delay, priority: .resync)
            logger.debug("reconcile waits", metadata: metadata)
            return .requeueAfter
        case .transient(let policy):
            let delay = queue.retry(item.key, policy: policy, priority: item.priority)
            metadata["requeue.after"] = "\(delay)"
        case .stalled:
            queue.forget(item.key)
        }
        metrics.failed(isTerminal: error.kind == .stalled, isTimeout: error.reason == "DeadlineExceeded")
        logger.error("reconcile failed", metadata: metadata)
        return .error
    }
}

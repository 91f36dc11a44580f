// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that stands still until a test moves it.
///
/// Sleepers wake in the order of their deadlines, and only when `advance(by:)` passes them. A test first waits until
/// the code under test sleeps (`sleepers(_:)`), then advances: nothing depends on the speed of the machine.
public final class ManualClock: Clock, Sendable {
    /// A point of this clock's time line, counted from its creation.
    public struct Instant: InstantProtocol {
        /// The time since the clock was created.
        public var offset: Swift.Duration

        /// Creates an instant at a distance from the creation of the clock.
        public init(offset: Swift.Duration) {
            self.offset = offset
        }

        /// The instant at a distance from this one.
        public func advanced(by duration: Swift.Duration) -> Instant {
            Instant(offset: offset + duration)
        }

        /// The distance from this instant to another.
        public func duration(to other: Instant) -> Swift.Duration {
            other.offset - offset
        }

        /// Whether one instant is before another.
        public static func < (lhs: Instant, rhs: Instant) -> Bool {
            lhs.offset < rhs.offset
        }
    }

    private struct Sleeper {
        let id: Int
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        let id: Int
        let condition: @Sendable ([Swift.Duration]) -> Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var nextID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var watchers: [Watcher] = []

        mutating func makeID() -> Int {
            nextID += 1
            return nextID
        }

        /// How long each sleeper still sleeps, shortest first.
        var remaining: [Swift.Duration] {
            sleepers.map { now.duration(to: $0.deadline) }.sorted()
        }

        mutating func takeSatisfiedWatchers() -> [CheckedContinuation<Bool, Never>] {
            let remaining = remaining
            let satisfied = watchers.filter { $0.condition(remaining) }
            let ids = Set(satisfied.map(\.id))
            watchers.removeAll { ids.contains($0.id) }
            return satisfied.map(\.continuation)
        }
    }

    private let state = Mutex(State())

    /// Creates a clock that shows zero.
    public init() {}

    /// The time the clock shows.
    public var now: Instant {
        state.withLock { $0.now }
    }

    /// The smallest step between two instants.
    public var minimumResolution: Swift.Duration { .nanoseconds(1) }

    /// How long each present sleeper still sleeps, shortest first.
    public var remainingSleeps: [Swift.Duration] {
        state.withLock { $0.remaining }
    }

    /// Suspends until the clock is advanced to a deadline.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before.
    public func sleep(until deadline: Instant, tolerance: Swift.Duration? = nil) async throws {
        try Task.checkCancellation()
        let id = state.withLock { $0.makeID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome = state.withLock {
                    state -> (Result<Void, any Error>?, [CheckedContinuation<Bool, Never>]) in
                    if state.cancelled.remove(id) != nil { return (.failure(CancellationError()), []) }
                    if deadline <= state.now { return (.success(()), []) }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    return (nil, state.takeSatisfiedWatchers())
                }
                if let result = outcome.0 { continuation.resume(with: result) }
                for watcher in outcome.1 { watcher.resume(returning: true) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        _ = state.withLock { $0.cancelled.remove(id) }
    }

    /// Moves the clock forward and wakes the sleepers whose deadlines are passed, earliest first.
    public func advance(by duration: Swift.Duration) {
        let awake = state.withLock { state -> [Sleeper] in
            state.now = state.now.advanced(by: duration)
            let awake = state.sleepers.filter { $0.deadline <= state.now }
            state.sleepers.removeAll { $0.deadline <= state.now }
            return awake.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        }
        for sleeper in awake { sleeper.continuation.resume() }
    }

    /// Waits until at least so many tasks sleep.
    ///
    /// - Throws: `DeadlineExceeded` when that does not come to pass in real time, `CancellationError` when cancelled.
    public func sleepers(_ count: Int, within limit: Swift.Duration = .seconds(20)) async throws {
        try await waitForSleeps("\(count) sleepers", within: limit) { $0.count >= count }
    }

    /// Waits until a task sleeps that wakes after exactly this long.
    ///
    /// - Throws: `DeadlineExceeded` when that does not come to pass in real time, `CancellationError` when cancelled.
    public func sleeper(
        for duration: Swift.Duration,
        within limit: Swift.Duration = .seconds(20)
    ) async throws {
        try await waitForSleeps("a sleeper for \(duration)", within: limit) { $0.contains(duration) }
    }

    /// Waits until the remaining sleeps, shortest first, satisfy a condition.
    ///
    /// - Throws: `DeadlineExceeded` when that does not come to pass in real time, `CancellationError` when cancelled.
    public func waitForSleeps(
        _ what: String,
        within limit: Swift.Duration = .seconds(20),
        _ condition: @escaping @Sendable ([Swift.Duration]) -> Bool
    ) async throws {
        try await withDeadline(limit, "waiting for \(what)") {
            await self.waitForSleeps(where: condition)
            try Task.checkCancellation()
        }
    }

    private func waitForSleeps(where condition: @escaping @Sendable ([Swift.Duration]) -> Bool) async {
        let id = state.withLock { $0.makeID() }
        _ = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let done = state.withLock { state -> Bool in
                    if state.cancelled.remove(id) != nil || condition(state.remaining) { return true }
                    state.watchers.append(Watcher(id: id, condition: condition, continuation: continuation))
                    return false
                }
                if done { continuation.resume(returning: true) }
            }
        } onCancel: {
            let watcher = state.withLock { state -> Watcher? in
                guard let index = state.watchers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.watchers.remove(at: index)
            }
            watcher?.continuation.resume(returning: false)
        }
        _ = state.withLock { $0.cancelled.remove(id) }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

@testable import KubeController

/// A queue's state machine behind a reference, so that expectations can call what changes it.
final class QueueRig<Key: Hashable & Sendable> {
    private var machine = WorkQueueStateMachine<Key>()

    var readyCount: Int { machine.readyCount }
    var delayedCount: Int { machine.delayedCount }
    var inProgressCount: Int { machine.inProgressCount }
    var ticketCount: Int { machine.ticketCount }
    var nextDue: Duration? { machine.nextDue }

    static var maximumOvertakes: Int { WorkQueueStateMachine<Key>.maximumOvertakes }

    func readyCount(_ priority: WorkPriority) -> Int { machine.readyCount(priority) }

    func failureCount(_ key: Key) -> Int { machine.failureCount(key) }

    @discardableResult
    func add(_ key: Key, priority: WorkPriority, now: Duration) -> Bool {
        machine.add(key, priority: priority, now: now)
    }

    @discardableResult
    func add(_ key: Key, priority: WorkPriority, due: Duration, now: Duration) -> Bool {
        machine.add(key, priority: priority, due: due, now: now)
    }

    func retry(
        _ key: Key,
        policy: RetryPolicy,
        priority: WorkPriority,
        random: Double,
        now: Duration
    ) -> (
        delay: Duration, wakesEarlier: Bool
    ) {
        machine.retry(key, policy: policy, priority: priority, random: random, now: now)
    }

    func forget(_ key: Key) { machine.forget(key) }

    func take(now: Duration) -> WorkItem<Key>? { machine.take(now: now) }

    @discardableResult
    func done(_ key: Key, now: Duration) -> (took: Duration, isReadyAgain: Bool)? { machine.done(key, now: now) }

    @discardableResult
    func fire(now: Duration) -> Int { machine.fire(now: now) }

    func shutDown() { machine.shutDown() }
}

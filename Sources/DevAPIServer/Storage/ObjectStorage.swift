// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// The objects of the server, in memory: `StorageState` behind a lock, and the waking of who waits for it.
///
/// Guarantees: writes are atomic and totally ordered by resource version; a read sees every write answered before it.
/// Continuations are resumed after the lock is released.
final class ObjectStorage: Sendable {
    /// One consistent view of objects.
    struct Snapshot: Sendable {
        /// The objects, sorted by namespace and name.
        var objects: [StoredObject]
        /// The resource version of the view.
        var revision: Int64
        /// The collection that the objects come from.
        var incarnation: Int
        /// The watches that can begin here.
        var epoch: Int
        /// Up to where changes are forgotten.
        var forgottenThrough: Int64
    }

    /// Signalled when there is work for the background.
    let workSignal = Signal()
    /// Signalled when somebody waits with an earlier deadline than before.
    let timerSignal = Signal()

    private struct Waiting {
        var nextID: UInt64 = 0
        var timerTarget: Duration?
        var isTimed = false
    }

    private let state: Mutex<StorageState>
    private let waiting = Mutex(Waiting())
    private let timing: Timing

    /// Creates an empty storage.
    init(roles: StorageState.Roles, historyCapacity: Int, revision: Int64, timing: Timing) {
        self.timing = timing
        state = Mutex(StorageState(roles: roles, historyCapacity: historyCapacity, revision: revision))
    }

    /// The resource version of the latest write.
    var revision: Int64 { state.withLock { $0.revision } }

    /// The storage keys under which objects are stored now.
    var storageKeys: [String] { state.withLock { $0.storageKeys } }

    /// The object of a key.
    func object(_ key: ObjectKey) -> StoredObject? {
        state.withLock { $0.object(key) }
    }

    /// The object of a key and the resource version at which it was looked up.
    func objectAndRevision(_ key: ObjectKey) -> (object: StoredObject?, revision: Int64) {
        state.withLock { ($0.object(key), $0.revision) }
    }

    /// All objects of a namespace, or of all.
    func snapshot(_ storageKey: String, namespace: String?) -> Snapshot {
        state.withLock { state in
            let collection = state.collection(storageKey)
            return Snapshot(
                objects: collection.objects(namespace: namespace),
                revision: state.revision,
                incarnation: collection.incarnation,
                epoch: state.watchEpoch,
                forgottenThrough: collection.forgottenThrough
            )
        }
    }

    /// A view without its objects: where a watch can begin.
    func place(_ storageKey: String) -> Snapshot {
        state.withLock { state in
            let collection = state.collection(storageKey)
            return Snapshot(
                objects: [],
                revision: state.revision,
                incarnation: collection.incarnation,
                epoch: state.watchEpoch,
                forgottenThrough: collection.forgottenThrough
            )
        }
    }

    /// All objects of a namespace, or of all, as they were; `nil` when that is forgotten.
    func objects(_ storageKey: String, namespace: String?, at revision: Int64) -> [StoredObject]? {
        // The copy is taken under the lock, the way back is gone outside of it.
        let collection = state.withLock { $0.collection(storageKey) }
        return collection.objects(namespace: namespace, at: revision)
    }

    /// Does a write, or says why not.
    func commit(_ write: consuming StorageState.Write) -> StorageState.Outcome {
        let time = waiting.withLock { $0.isTimed } ? timing.elapsed() : nil
        let outcome = state.withLock { [write] in $0.commit(write, at: time) }
        if case .done(_, let waking, let hasWork, let needsTimer) = outcome {
            for continuation in waking { continuation.resume() }
            if hasWork { workSignal.send() }
            if needsTimer { timerSignal.send() }
        }
        return outcome
    }

    /// Forgets all changes, as compaction does.
    func forgetHistory() {
        for continuation in state.withLock({ $0.forgetHistory() }) { continuation.resume() }
    }

    /// Ends every watch; with `forGood` no other begins before `reopen()`.
    func endWatches(forGood: Bool) {
        if forGood { waiting.withLock { $0.isTimed = false } }
        for continuation in state.withLock({ $0.endWatches(forGood: forGood) }) { continuation.resume() }
    }

    /// Lets watches begin again, and relies on `wakeWaiters(dueAt:)` to be called when it is time.
    func reopen() {
        waiting.withLock { $0.isTimed = true }
        state.withLock { $0.reopen() }
    }

    /// Closes an empty collection: its watches show what they have not shown yet, and end.
    func retireCollection(_ storageKey: String) {
        for continuation in state.withLock({ $0.retireCollection(storageKey) }) { continuation.resume() }
    }

    // MARK: - Watching

    /// What happened after a watcher's place.
    func read(
        _ scope: WatchWaiter.Scope,
        after place: Int64,
        incarnation: Int,
        epoch: Int,
        limit: Int
    )
        -> StorageState.Reading
    {
        state.withLock { $0.read(scope, after: place, incarnation: incarnation, epoch: epoch, limit: limit) }
    }

    /// Waits until there may be something to read, the deadline passed, or the task is cancelled.
    func wait(_ scope: WatchWaiter.Scope, after place: Int64, incarnation: Int, epoch: Int, deadline: Duration) async {
        let id = waiting.withLock { waiting in
            waiting.nextID += 1
            return waiting.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = WatchWaiter(scope: scope, deadline: deadline, continuation: continuation)
                let isRegistered = state.withLock { state in
                    if Task.isCancelled { return false }
                    return state.register(waiter, id: id, after: place, incarnation: incarnation, epoch: epoch)
                }
                guard isRegistered else { return continuation.resume() }
                // Looked at after the registration, so that a timer that did not see it is always woken.
                if waiting.withLock({ $0.timerTarget.map { deadline < $0 } ?? true }) { timerSignal.send() }
            }
        } onCancel: {
            state.withLock { $0.takeWaiter(id, of: scope) }?.resume()
        }
    }

    /// Wakes the waiters whose time has come.
    ///
    /// - Returns: When the next one is due; `nil` when nobody waits.
    func wakeWaiters(dueAt time: Duration) -> Duration? {
        // Forgotten first: whoever registers from here on signals, so no deadline is missed.
        waiting.withLock { $0.timerTarget = nil }
        let (due, next) = state.withLock { ($0.takeWaiters(dueAt: time), $0.earliestDeadline) }
        for continuation in due { continuation.resume() }
        waiting.withLock { $0.timerTarget = next }
        return next
    }

    /// How many watchers wait for a change; for tests.
    var waiterCount: Int { state.withLock { $0.waiterCount } }

    // MARK: - Lifecycle

    /// Takes all waiting work of the background out.
    func takeWork() -> [LifecycleWork] {
        state.withLock { $0.takeWork() }
    }

    /// Adds work for the background.
    func addWork(_ items: some Sequence<LifecycleWork> & Sendable) {
        if state.withLock({ $0.addWork(items) }) { workSignal.send() }
    }

    /// The objects that name an identity as their owner.
    func dependents(of uid: String) -> [StoredObject] {
        state.withLock { state in state.owners.dependents(of: uid).compactMap { state.object($0) } }
    }
}

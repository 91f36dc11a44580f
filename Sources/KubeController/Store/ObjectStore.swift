// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore
import Synchronization

/// What a watcher knows, for everybody to read.
///
/// One writer feeds it (`WatchedStore`); readers get immutable snapshots, or single objects. An object that cannot be
/// read any more stays as it was last, and is listed in `ObjectSnapshot.undecodable`.
///
/// Guarantees: what a reader sees is a state the collection was in, but for the process's own writes
/// (`observeWrite`), which show at once. Caveats: it may be older than what the API server holds now.
public final class ObjectStore<Object: Sendable>: Sendable {
    private struct State: Sendable {
        var machine: ObjectStoreStateMachine<Object>
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
        var nextWaiter = 0
    }

    private let state: Mutex<State>

    /// Creates an empty store.
    ///
    /// - Parameter indexes: The ways to find objects by something other than their name.
    public init(indexes: [ObjectIndex<Object>] = []) {
        state = Mutex(State(machine: ObjectStoreStateMachine(indexes: indexes)))
    }

    /// The present content; costs next to nothing.
    public var snapshot: ObjectSnapshot<Object> {
        state.withLock { $0.machine.snapshot }
    }

    /// Whether the collection was read in full at least once.
    public var isSynced: Bool {
        state.withLock { $0.machine.isSynced }
    }

    /// An object; `nil` when it is not there.
    public subscript(_ key: NamespacedName) -> Object? {
        state.withLock { $0.machine.snapshot[key] }
    }

    /// Why an object that is there cannot be read; `nil` when it can, or is not there.
    public func failure(of key: NamespacedName) -> DecodingFailure? {
        state.withLock { $0.machine.snapshot.failures[key]?.failure }
    }

    /// The names of the objects under a value of an index, in no particular order.
    public func keys(in index: String, under value: String) -> [NamespacedName] {
        snapshot.keys(in: index, under: value)
    }

    /// The objects under a value of an index, in no particular order.
    public func objects(in index: String, under value: String) -> [(key: NamespacedName, object: Object)] {
        snapshot.objects(in: index, under: value)
    }

    /// Takes an event of the watcher; for the one writer.
    ///
    /// - Returns: What changed.
    @discardableResult
    public func receive(_ event: WatcherEvent<Object>) -> [ObjectChange<Object>] {
        let (changes, waiters) = state.withLock { state in
            let (changes, becameSynced) = state.machine.receive(event)
            guard becameSynced else { return (changes, [CheckedContinuation<Void, Never>]()) }
            defer { state.waiters.removeAll() }
            return (changes, Array(state.waiters.values))
        }
        for waiter in waiters { waiter.resume() }
        return changes
    }

    /// Takes what the API server returned to a write of this process, so that a reconcile right after it sees it.
    ///
    /// Only for objects that the watcher selects. What the watch shows later wins; an event that only repeats the
    /// write is no change.
    public func observeWrite(_ written: Observed<Object>) {
        state.withLock { $0.machine.observeWrite(written) }
    }

    /// Waits until the collection was read in full.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before.
    public func waitUntilSynced() async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state -> Bool in
                    if state.machine.isSynced || state.cancelled.remove(id) != nil { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                if let waiter = state.waiters.removeValue(forKey: id) { return waiter }
                if !state.machine.isSynced { state.cancelled.insert(id) }
                return nil
            }
            waiter?.resume()
        }
        _ = state.withLock { $0.cancelled.remove(id) }
        try Task.checkCancellation()
    }
}

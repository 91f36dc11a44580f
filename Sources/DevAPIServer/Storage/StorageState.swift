// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import OrderedCollections

/// Everything that is stored, as a value: each method is one step under the storage's lock.
struct StorageState: Sendable {
    /// What the storage must know about kinds: where namespaces and definitions of resources are stored.
    struct Roles: Sendable {
        /// The storage key of namespaces.
        var namespaces: String
        /// The storage key of custom resource definitions.
        var definitions: String
    }

    /// One write.
    struct Write: Sendable {
        /// What must hold for the write to be done.
        enum Expectation: Sendable, Hashable {
            /// No object of that key is there.
            case absent
            /// The object is there, in the state of that resource version.
            case revision(Int64)
        }

        /// The object to write.
        var key: ObjectKey
        /// The new state without its resource version; `nil` removes the object.
        var value: JSONValue?
        /// What must hold.
        var expectation: Expectation
        /// Whether the namespace must be there and not in deletion.
        var needsNamespace = false
    }

    /// How a write ended.
    enum Outcome: Sendable {
        /// It is done; waiters to wake come along, and whom else to tell.
        case done(StoredObject, waking: [CheckedContinuation<Void, Never>], hasWork: Bool, needsTimer: Bool)
        /// An object of that key is there.
        case exists
        /// No object of that key is there.
        case missing
        /// The object was changed meanwhile.
        case changed
        /// The namespace does not exist.
        case noNamespace
        /// The namespace is in deletion.
        case namespaceTerminating
    }

    /// What a watcher finds when it reads on.
    enum Reading: Sendable {
        /// Changes, and the resource version that they lead to.
        case changes([HistoryEntry], through: Int64)
        /// Changes after the watcher's place are forgotten, up to this resource version.
        case expired(Int64)
        /// The watch must end.
        case ended
    }

    /// The resource version of the latest write.
    private(set) var revision: Int64
    /// Changed to end every watch that runs.
    private(set) var watchEpoch = 0
    /// Who owns whom.
    private(set) var owners = OwnerIndex()

    private let roles: Roles
    private let historyCapacity: Int
    private var collections: [String: ObjectCollection] = [:]
    private var nextIncarnation = 1
    /// Who waits, by what is watched: a write looks up the few scopes that its object is in, however many wait.
    private var waiters: [WatchWaiter.Scope: [UInt64: WatchWaiter]] = [:]
    private var work: OrderedSet<LifecycleWork> = []
    private var terminatingNamespaces: Set<String> = []
    private var isClosed = false
    private var pacing = WakePacing<WatchWaiter.Scope>()
    /// Where the history of collections begins that were not needed yet.
    private var floor: Int64

    /// Creates an empty storage.
    init(roles: Roles, historyCapacity: Int, revision: Int64) {
        self.roles = roles
        self.historyCapacity = max(1, historyCapacity)
        self.revision = revision
        floor = revision
    }

    // MARK: - Reading

    /// The object of a key.
    func object(_ key: ObjectKey) -> StoredObject? {
        collections[key.storageKey]?.object(namespace: key.namespace, name: key.name)
    }

    /// The collection of a storage key, made when it is first needed.
    mutating func collection(_ storageKey: String) -> ObjectCollection {
        if let collection = collections[storageKey], !collection.isRetired { return collection }
        let collection = ObjectCollection(incarnation: nextIncarnation, revision: floor)
        nextIncarnation += 1
        collections[storageKey] = collection
        return collection
    }

    /// The storage keys under which objects are stored now.
    var storageKeys: [String] {
        collections.filter { $0.value.count > 0 }.map(\.key)
    }

    /// What happened after a watcher's place.
    func read(_ scope: WatchWaiter.Scope, after place: Int64, incarnation: Int, epoch: Int, limit: Int) -> Reading {
        guard !isClosed, epoch == watchEpoch, let collection = collections[scope.storageKey],
            collection.incarnation == incarnation
        else { return .ended }
        guard let changes = collection.changes(after: place, limit: limit) else {
            return .expired(collection.forgottenThrough)
        }
        if collection.isRetired, changes.isEmpty { return .ended }
        // A watch from a resource version of the future shows nothing before it, as with the real server.
        if changes.count < limit { return .changes(changes, through: max(place, revision)) }
        return .changes(changes, through: changes.last?.revision ?? place)
    }

    // MARK: - Writing

    /// Does a write, or says why not.
    ///
    /// - Parameters:
    ///   - write: What to write.
    ///   - time: The time since the server was made, when somebody wakes waiters later; `nil` wakes them at once.
    /// - Returns: How it ended.
    mutating func commit(_ write: consuming Write, at time: Duration?) -> Outcome {
        let key = write.key
        let previous = object(key)
        switch (write.expectation, previous) {
        case (.absent, _?): return .exists
        case (.revision, nil): return .missing
        case (.revision(let expected), let previous?) where previous.revision != expected: return .changed
        default: break
        }
        if write.needsNamespace {
            let namespace = ObjectKey(storageKey: roles.namespaces, namespace: "", name: key.namespace)
            guard object(namespace) != nil else { return .noNamespace }
            if terminatingNamespaces.contains(key.namespace) { return .namespaceTerminating }
        }
        if collections[key.storageKey]?.isRetired ?? true { _ = collection(key.storageKey) }
        revision += 1
        let current: StoredObject?
        let entry: HistoryEntry
        if var value = write.value.take() {
            value["metadata", default: [:]]["resourceVersion"] = .string(String(revision))
            let object = StoredObject(key: key, revision: revision, value: value)
            current = object
            entry = HistoryEntry(kind: previous == nil ? .added : .modified, object: object, previous: previous)
        } else {
            guard let previous else { return .missing }
            var value = previous.value
            value["metadata", default: [:]]["resourceVersion"] = .string(String(revision))
            current = nil
            let object = StoredObject(key: key, revision: revision, value: value)
            entry = HistoryEntry(kind: .deleted, object: object, previous: previous)
        }
        collections[key.storageKey]?.apply(entry, capacity: historyCapacity)
        owners.change(from: previous, to: current)
        let hadWork = !work.isEmpty
        noteWork(previous: previous, current: current)
        let hasWork = !hadWork && !work.isEmpty
        let (waking, needsTimer) = wake(for: key, at: time)
        return .done(entry.object, waking: waking, hasWork: hasWork, needsTimer: needsTimer)
    }

    /// Takes the waiters out that a change concerns, or leaves them for later when there are many.
    private mutating func wake(
        for key: ObjectKey,
        at time: Duration?
    ) -> (waking: [CheckedContinuation<Void, Never>], needsTimer: Bool) {
        guard !waiters.isEmpty else { return ([], false) }
        if collections[key.storageKey]?.takeSweep(capacity: historyCapacity) == true {
            return (takeAllWaiters(of: key.storageKey), false)
        }
        var waking: [CheckedContinuation<Void, Never>] = []
        var needsTimer = false
        for scope in WatchWaiter.Scope.containing(key) {
            guard let count = waiters[scope]?.count else { continue }
            switch pacing.decide(scope, waiters: count, at: time) {
            case .wakeNow: waking += takeWaiters(of: scope)
            case .wakeLater(let isNew): needsTimer = needsTimer || isNew
            }
        }
        return (waking, needsTimer)
    }

    /// Closes an empty collection: its watches show what they have not shown yet, and end.
    mutating func retireCollection(_ storageKey: String) -> [CheckedContinuation<Void, Never>] {
        guard collections[storageKey]?.count == 0 else { return [] }
        collections[storageKey]?.isRetired = true
        floor = revision
        return takeAllWaiters(of: storageKey)
    }

    /// Forgets all changes, as compaction does.
    mutating func forgetHistory() -> [CheckedContinuation<Void, Never>] {
        // The jump leaves every place that was ever read behind what is forgotten.
        revision += 1
        floor = revision
        for key in collections.keys { collections[key]?.forget(through: revision) }
        return collections.keys.flatMap { takeAllWaiters(of: $0) }
    }

    /// Ends every watch; for good when the server closes.
    mutating func endWatches(forGood: Bool) -> [CheckedContinuation<Void, Never>] {
        watchEpoch += 1
        if forGood { isClosed = true }
        return Array(waiters.keys).flatMap { takeWaiters(of: $0) }
    }

    /// Lets watches begin again after the server closed.
    mutating func reopen() {
        isClosed = false
    }

    // MARK: - Waiting

    /// Registers a waiter unless there is something to read already.
    ///
    /// - Returns: Whether it was registered; otherwise it has to be woken at once.
    mutating func register(_ waiter: WatchWaiter, id: UInt64, after place: Int64, incarnation: Int, epoch: Int) -> Bool
    {
        guard !isClosed, epoch == watchEpoch, let collection = collections[waiter.scope.storageKey],
            collection.incarnation == incarnation, collection.forgottenThrough <= place,
            collection.latestRevision <= place, !collection.isRetired
        else { return false }
        waiters[waiter.scope, default: [:]][id] = waiter
        return true
    }

    /// Takes a waiter out, to be woken.
    mutating func takeWaiter(_ id: UInt64, of scope: WatchWaiter.Scope) -> CheckedContinuation<Void, Never>? {
        guard let waiter = waiters[scope]?.removeValue(forKey: id) else { return nil }
        if waiters[scope]?.isEmpty == true { waiters[scope] = nil }
        return waiter.continuation
    }

    /// Takes the waiters out whose time has come.
    mutating func takeWaiters(dueAt time: Duration) -> [CheckedContinuation<Void, Never>] {
        var due: [CheckedContinuation<Void, Never>] = []
        for scope in pacing.takeDue(at: time) { due += takeWaiters(of: scope) }
        for (scope, members) in waiters {
            for (id, waiter) in members where waiter.deadline <= time {
                if let continuation = takeWaiter(id, of: scope) { due.append(continuation) }
            }
        }
        return due
    }

    /// When the next waiter must be woken although nothing happened.
    var earliestDeadline: Duration? {
        let waiting = waiters.values.lazy.flatMap(\.values).map(\.deadline).min()
        guard let paced = pacing.earliest else { return waiting }
        return waiting.map { min($0, paced) } ?? paced
    }

    /// How many watchers wait.
    var waiterCount: Int { waiters.values.map(\.count).reduce(0, +) }

    private mutating func takeWaiters(of scope: WatchWaiter.Scope) -> [CheckedContinuation<Void, Never>] {
        (waiters.removeValue(forKey: scope) ?? [:]).values.map(\.continuation)
    }

    private mutating func takeAllWaiters(of storageKey: String) -> [CheckedContinuation<Void, Never>] {
        waiters.keys.filter { $0.storageKey == storageKey }.flatMap { takeWaiters(of: $0) }
    }

    // MARK: - Lifecycle

    /// Takes all waiting work out.
    mutating func takeWork() -> [LifecycleWork] {
        defer { work = [] }
        return Array(work)
    }

    /// Adds work; whether none was waiting before.
    mutating func addWork(_ items: some Sequence<LifecycleWork>) -> Bool {
        let hadWork = !work.isEmpty
        work.formUnion(items)
        return !hadWork && !work.isEmpty
    }

    private mutating func noteWork(previous: StoredObject?, current: StoredObject?) {
        if let current {
            noteOwners(of: current, previous: previous)
            if current.isDeleting { noteDeletion(of: current) }
        }
        guard let gone = previous, current == nil || gone.owners != current?.owners else { return }
        // An owner that waits for its dependents may go on.
        for owner in gone.owners {
            guard let key = owners.key(of: owner.uid), object(key)?.isDeleting == true else { continue }
            work.append(.deleting(key))
        }
        guard current == nil else { return }
        for dependent in owners.dependents(of: gone.uid) { work.append(.dependent(dependent)) }
        if gone.key.storageKey == roles.namespaces { terminatingNamespaces.remove(gone.key.name) }
        if terminatingNamespaces.contains(gone.key.namespace) { work.append(.namespace(gone.key.namespace)) }
        if let definition = definitionInDeletion(of: gone.key.storageKey) { work.append(.definition(definition)) }
    }

    private mutating func noteOwners(of object: StoredObject, previous: StoredObject?) {
        if object.owners.isEmpty || object.owners == previous?.owners { return }
        for owner in object.owners {
            if let key = owners.key(of: owner.uid), key.namespace.isEmpty || key.namespace == object.key.namespace {
                continue
            }
            work.append(.dependent(object.key))
            return
        }
    }

    private mutating func noteDeletion(of object: StoredObject) {
        switch object.key.storageKey {
        case roles.namespaces:
            terminatingNamespaces.insert(object.key.name)
            work.append(.namespace(object.key.name))
        case roles.definitions: work.append(.definition(object.key.name))
        default: break
        }
        let finalizers = object.finalizers
        if finalizers.contains(Finalizer.foregroundDeletion) || finalizers.contains(Finalizer.orphan) {
            work.append(.deleting(object.key))
        }
    }

    private func definitionInDeletion(of storageKey: String) -> String? {
        // Custom objects are stored under the name of their definition; no built-in storage key is such a name.
        let key = ObjectKey(storageKey: roles.definitions, namespace: "", name: storageKey)
        return object(key)?.isDeleting == true ? storageKey : nil
    }
}

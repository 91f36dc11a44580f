// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// Where one watcher stands in the history.
///
/// ```
/// initial objects --> (bookmark "initial-events-end") --> changes ... bookmark ... changes --> end
/// ```
final class WatchCursor: Sendable {
    /// How a watch begins and what it is to show.
    struct Start: Sendable {
        /// What is watched.
        var scope: WatchWaiter.Scope
        /// Which objects are shown, and in which version.
        var selection: ObjectSelection
        /// Objects to show as `ADDED` before anything else.
        var initial: [StoredObject] = []
        /// Whether the end of the initial objects is marked by a bookmark.
        var marksInitialEnd = false
        /// The resource version after which changes are shown.
        var place: Int64
        /// The collection.
        var incarnation: Int
        /// The watch epoch.
        var epoch: Int
        /// Whether bookmarks are wanted.
        var wantsBookmarks: Bool
        /// How long a watch is quiet before a bookmark.
        var bookmarkInterval: Duration
        /// When the watch ends, since the server was made.
        var end: Duration
    }

    private struct State {
        var initialIndex = 0
        var marksInitialEnd: Bool
        var place: Int64
        var bookmarkDue: Duration
        var isEnded = false
    }

    private enum Step {
        case deliver([WatchSubscription.Event])
        case again
        case wait(after: Int64, until: Duration)
        case end
    }

    /// The most changes read in one step: enough to fill a packet, few enough to share the processor.
    private static let batch = 256

    private let start: Start
    private let storage: ObjectStorage
    private let timing: Timing
    private let state: Mutex<State>

    /// Creates a cursor.
    init(_ start: Start, storage: ObjectStorage, timing: Timing) {
        self.start = start
        self.storage = storage
        self.timing = timing
        state = Mutex(
            State(
                marksInitialEnd: start.marksInitialEnd,
                place: start.place,
                bookmarkDue: timing.elapsed() + start.bookmarkInterval
            )
        )
    }

    /// The next events; `nil` at the end.
    func next() async -> [WatchSubscription.Event]? {
        while !Task.isCancelled {
            switch step() {
            case .deliver(let events): return events
            case .again: continue
            case .end: return nil
            case .wait(let place, let deadline):
                await storage.wait(
                    start.scope,
                    after: place,
                    incarnation: start.incarnation,
                    epoch: start.epoch,
                    deadline: deadline
                )
            }
        }
        return nil
    }

    /// One step without waiting; only the task that pulls calls it, the lock merely makes that safe.
    private func step() -> Step {
        var state = self.state.withLock { $0 }
        defer { self.state.withLock { [state] in $0 = state } }
        if state.isEnded { return .end }
        if let events = initialEvents(&state) { return events.isEmpty ? .again : .deliver(events) }
        switch storage.read(
            start.scope,
            after: state.place,
            incarnation: start.incarnation,
            epoch: start.epoch,
            limit: Self.batch
        ) {
        case .ended:
            state.isEnded = true
            return .end
        case .expired(let oldest):
            state.isEnded = true
            let status = Status.tooOldResourceVersion(state.place, oldest: oldest)
            return .deliver([.init(.own(.error, status.json))])
        case .changes(let entries, let through):
            state.place = through
            let events = entries.compactMap(event)
            if !events.isEmpty { return .deliver(events) }
            return entries.count < Self.batch ? quiet(&state) : .again
        }
    }

    private func quiet(_ state: inout State) -> Step {
        let time = timing.elapsed()
        if time >= start.end {
            state.isEnded = true
            return start.wantsBookmarks ? .deliver([bookmark(at: state.place)]) : .end
        }
        if start.wantsBookmarks, time >= state.bookmarkDue {
            state.bookmarkDue = time + start.bookmarkInterval
            return .deliver([bookmark(at: state.place)])
        }
        let deadline = start.wantsBookmarks ? min(start.end, state.bookmarkDue) : start.end
        return .wait(after: state.place, until: deadline)
    }

    private func initialEvents(_ state: inout State) -> [WatchSubscription.Event]? {
        if state.initialIndex < start.initial.count {
            let end = min(start.initial.count, state.initialIndex + Self.batch)
            let events = start.initial[state.initialIndex..<end].compactMap { object in
                start.selection.shown(object).map { WatchSubscription.Event(.own(.added, $0)) }
            }
            state.initialIndex = end
            return events
        }
        guard state.marksInitialEnd else { return nil }
        state.marksInitialEnd = false
        return [bookmark(at: state.place, isInitialEnd: true)]
    }

    private func event(_ entry: HistoryEntry) -> WatchSubscription.Event? {
        guard start.scope.contains(entry.object.key) else { return nil }
        let selection = start.selection
        if selection.showsEverything {
            let object = selection.converted(entry.object)
            return .init(.history(entry, object, apiVersion: selection.definition.type.apiVersion))
        }
        let before = entry.previous.flatMap { selection.shown($0) }
        let after = entry.kind == .deleted ? nil : selection.shown(entry.object)
        switch (before, after) {
        case (nil, nil): return nil
        case (nil, let object?): return .init(.own(.added, object))
        case (_?, let object?): return .init(.history(entry, object, apiVersion: selection.definition.type.apiVersion))
        case (var object?, nil):
            // What left the selection is shown as it last was in it, at the resource version of the change.
            object["metadata", default: [:]]["resourceVersion"] = .string(String(entry.revision))
            return .init(.own(.deleted, object))
        }
    }

    private func bookmark(at revision: Int64, isInitialEnd: Bool = false) -> WatchSubscription.Event {
        let type = start.selection.definition.type
        let object: JSONValue = [
            "apiVersion": .string(type.apiVersion),
            "kind": .string(type.kind),
            "metadata": .members([
                "resourceVersion": .string(String(revision)),
                "creationTimestamp": .null,
                "annotations": isInitialEnd ? ["k8s.io/initial-events-end": "true"] : nil,
            ]),
        ]
        return .init(.own(.bookmark, object))
    }
}

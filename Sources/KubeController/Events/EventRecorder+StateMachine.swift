// Grantor
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import FoundationEssentials
import KubeCore

/// What an event recorder knows and still has to write, as a value.
///
/// The first occurrence of an event is created at once. Further ones (same objects, type, reason, action and note)
/// within the window only count; the count is written as `series` at most once per interval.
struct EventRecorderStateMachine: Sendable {
    /// What became of an event.
    enum Admission: Sendable, Hashable {
        /// It is going to be written.
        case accepted
        /// Too many events about this object.
        case limited
        /// No room.
        case full
    }

    /// Something to write.
    struct Write: Sendable {
        /// The form of a write.
        enum Body: Sendable, Hashable {
            /// A new event.
            case create(JSONValue)
            /// The state of its series.
            case patch(JSONValue)
        }

        /// What it is about.
        let event: ObjectEvent
        /// The name of the event object.
        let name: NamespacedName
        /// The form.
        let body: Body
    }

    /// How a write ended.
    enum WriteResult: Sendable, Hashable {
        /// It is written.
        case written
        /// The event to patch is gone; events live an hour by default.
        case gone
        /// A passing fault.
        case failed
        /// It will never be written.
        case refused
    }

    private struct Series: Sendable {
        let firstTime: Date
        var lastTime: Date
        var lastSeen: Duration
        var count = 1
        var writtenCount = 0
        var attempts = 0
        var name: String
        var isCreated = false
        /// Whether a write of it is under way; the next one waits for its end, since the two could change places.
        var isUnderWay = false
        /// When it may be written next; `nil` when there is nothing to write.
        var due: Duration?
        var lastWrite: Duration?
    }

    private let configuration: EventRecorderConfiguration
    private var series: [ObjectEvent: Series] = [:]
    private var fresh: Deque<ObjectEvent> = []
    private var later: Set<ObjectEvent> = []
    private var buckets: [ObjectEvent.Reference: TokenBucket] = [:]
    private var prunedAt: Duration = .zero
    private var writesUnderWay = 0
    private var isClosing = false

    init(configuration: EventRecorderConfiguration) {
        self.configuration = configuration
    }

    /// The number of series remembered.
    var seriesCount: Int { series.count }
    /// The number of objects whose rights are remembered.
    var bucketCount: Int { buckets.count }

    /// Takes an occurrence.
    mutating func record(_ event: ObjectEvent, time: Date, now: Duration) -> Admission {
        let event = event.bounded
        if now - prunedAt > .seconds(60) { prune(now: now) }
        // What is still being written goes on counting, however long it takes: its write has no other place to end in.
        if let known = series[event],
            known.isUnderWay || !known.isCreated || now - known.lastSeen < configuration.seriesWindow
        {
            count(event, time: time, now: now)
            return .accepted
        }
        guard fresh.count < configuration.capacity else { return .full }
        if series.count >= configuration.maximumSeries {
            prune(now: now)
            guard series.count < configuration.maximumSeries else { return .full }
        }
        guard takeToken(for: event.regarding, now: now) else { return .limited }
        later.remove(event)
        series[event] = Series(
            firstTime: time,
            lastTime: time,
            lastSeen: now,
            name: Self.name(of: event, at: time)
        )
        fresh.append(event)
        return .accepted
    }

    private mutating func count(_ event: ObjectEvent, time: Date, now: Duration) {
        series[event]?.count += 1
        series[event]?.lastTime = time
        series[event]?.lastSeen = now
        guard let known = series[event], known.isCreated, !known.isUnderWay, known.due == nil else { return }
        series[event]?.due = (known.lastWrite ?? now) + configuration.seriesInterval
        later.insert(event)
    }

    private mutating func takeToken(for object: ObjectEvent.Reference, now: Duration) -> Bool {
        var bucket =
            buckets[object]
            ?? TokenBucket(burst: configuration.burstPerObject, interval: configuration.refillPerObject, now: now)
        let isAllowed = bucket.take(now: now)
        buckets[object] = bucket
        return isAllowed
    }

    private mutating func prune(now: Duration) {
        prunedAt = now
        let window = configuration.seriesWindow
        // What is not created yet waits in `fresh`, or for its next attempt.
        series = series.filter { _, series in
            now - series.lastSeen < window || series.due != nil || series.isUnderWay || !series.isCreated
        }
        buckets = buckets.filter { !$0.value.isFull(now: now) }
    }
}

// MARK: - Writing

extension EventRecorderStateMachine {
    private var isFull: Bool { writesUnderWay >= max(configuration.maximumWrites, 1) }

    /// Whether nothing is due and no write is under way.
    func isQuiet(now: Duration) -> Bool {
        writesUnderWay == 0 && nextDue(now: now).map { $0 > now } ?? true
    }

    /// Whether all is written that is to be written before the end.
    func isFinished(now: Duration) -> Bool { isClosing && isQuiet(now: now) }

    /// When the next write can begin; `nil` when there is none, or when the end of another has to come first.
    func nextDue(now: Duration) -> Duration? {
        if isFull { return nil }
        if !fresh.isEmpty { return now }
        return later.lazy.compactMap { series[$0]?.due }.min()
    }

    /// Takes what is to be written now; `nil` also when as much is under way as may be.
    ///
    /// Each write that is taken has to be given back by `finished`.
    mutating func takeWrite(now: Duration) -> Write? {
        if isFull { return nil }
        while let event = fresh.popFirst() {
            if let write = write(of: event) { return write }
        }
        guard let event = later.first(where: { series[$0]?.due.map { $0 <= now } ?? true }) else { return nil }
        later.remove(event)
        series[event]?.due = nil
        return write(of: event)
    }

    /// Makes everything due that waits for its time, because the end is near.
    mutating func close(now: Duration) {
        isClosing = true
        for event in later { series[event]?.due = now }
    }

    private mutating func write(of event: ObjectEvent) -> Write? {
        guard let series = series[event] else { return nil }
        let name = NamespacedName(namespace: Self.namespace(of: event), name: series.name)
        self.series[event]?.writtenCount = series.count
        self.series[event]?.isUnderWay = true
        writesUnderWay += 1
        guard series.isCreated else {
            return Write(event: event, name: name, body: .create(json(of: event, series, name)))
        }
        return Write(event: event, name: name, body: .patch(["series": Self.json(of: series)]))
    }

    /// Ends a write.
    mutating func finished(_ write: Write, _ result: WriteResult, now: Duration) {
        writesUnderWay -= 1
        guard var known = series[write.event] else { return }
        known.isUnderWay = false
        known.lastWrite = now
        switch result {
        case .written:
            known.isCreated = true
            known.attempts = 0
            if known.count > known.writtenCount { known.due = isClosing ? now : now + configuration.seriesInterval }
        case .gone:
            known.isCreated = false
            known.name = Self.name(of: write.event, at: known.lastTime)
            known.due = now
        case .failed:
            known.attempts += 1
            guard known.attempts < configuration.maximumAttempts else {
                series[write.event] = nil
                return
            }
            known.due = now + .seconds(1) * (1 << known.attempts)
        case .refused:
            series[write.event] = nil
            return
        }
        series[write.event] = known
        if known.due != nil { later.insert(write.event) }
    }
}

// MARK: - The form of events

extension EventRecorderStateMachine {
    /// Events about objects of the whole cluster live in `default`.
    private static func namespace(of event: ObjectEvent) -> String {
        event.regarding.name.namespace ?? "default"
    }

    /// A name that is the same for the same occurrence, and hardly ever for two.
    private static func name(of event: ObjectEvent, at time: Date) -> String {
        // FNV-1a: `Hasher` is seeded anew in each process.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let related = event.related.map { "\($0.kind)/\($0.name)/\($0.uid)" } ?? ""
        let parts = [
            event.regarding.kind, event.regarding.uid, related, event.kind.rawValue, event.reason, event.action,
            event.note, Timestamp.formatMicro(time),
        ]
        for byte in parts.joined(separator: "\u{0}").utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        // At most 253 bytes; names of objects are ASCII.
        return "\(event.regarding.name.name.prefix(230)).\(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }

    private static func json(of series: Series) -> JSONValue {
        [
            "count": .integer(Int64(series.count)),
            "lastObservedTime": .string(Timestamp.formatMicro(series.lastTime)),
        ]
    }

    private static func json(of reference: ObjectEvent.Reference) -> JSONValue {
        .members([
            "apiVersion": .string(reference.apiVersion),
            "kind": .string(reference.kind),
            "namespace": reference.name.namespace.map(JSONValue.string),
            "name": .string(reference.name.name),
            "uid": reference.uid.isEmpty ? nil : .string(reference.uid),
        ])
    }

    private func json(of event: ObjectEvent, _ series: Series, _ name: NamespacedName) -> JSONValue {
        .members([
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": .members(["name": .string(name.name), "namespace": name.namespace.map(JSONValue.string)]),
            "eventTime": .string(Timestamp.formatMicro(series.firstTime)),
            "series": series.count > 1 ? Self.json(of: series) : nil,
            "type": .string(event.kind.rawValue),
            "reason": .string(event.reason),
            "action": .string(event.action),
            "note": .string(event.note),
            "regarding": Self.json(of: event.regarding),
            "related": event.related.map(Self.json(of:)),
            "reportingController": .string(configuration.reportingController),
            "reportingInstance": .string(configuration.reportingInstance.cut(toUTF8: 128)),
        ])
    }
}

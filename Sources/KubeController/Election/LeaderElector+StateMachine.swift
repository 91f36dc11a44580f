// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// What an election knows and decides; times are points of one local time line.
///
/// ```
///   sent ----- renewDeadline ----> writing ends ----- rest of leaseDuration ----> others may take it
///    \_ server writes the renewal _/ others see it (never before `sent`) and count from there
/// ```
/// Remote clocks are never trusted: the times in a record are written for people, and what counts is when this process
/// saw a record change. A renewal counts from before it was sent, so that the end of writing comes first wherever the
/// answer was delayed; the margin between the two deadlines bears clocks that run at different speeds.
struct ElectionStateMachine: Sendable {
    /// What to do about the lease.
    enum Claim: Sendable {
        /// It is not there.
        case create(LeaseRecord)
        /// It is ours, free or expired.
        case update(Lease, LeaseRecord)
        /// Somebody else holds it at least until then.
        case held(until: Duration)
    }

    /// Whether leadership began or ended.
    enum Change: Sendable, Hashable {
        case began
        case ended
    }

    private let configuration: ElectionConfiguration
    /// What was last seen of the lease.
    private(set) var observed: Lease?
    /// When the record was first seen as it is.
    private var observedAt: Duration = .zero
    /// When the last successful renewal was sent; `nil` while not leading.
    private(set) var renewalSent: Duration?
    /// When the last attempt ended, or the election began.
    private var lastAttemptEnded: Duration
    /// When to try next.
    private(set) var due: Duration

    init(configuration: ElectionConfiguration, now: Duration) {
        self.configuration = configuration
        lastAttemptEnded = now
        due = now
    }

    /// Whether this process may write.
    func isLeading(now: Duration) -> Bool {
        renewalSent.map { now < $0 + configuration.renewDeadline } ?? false
    }

    /// How long a write that begins now may take before others may hold the lease; `nil` when it may not begin.
    func writeLimit(now: Duration) -> Duration? {
        guard let renewalSent, isLeading(now: now) else { return nil }
        return renewalSent + configuration.leaseDuration - now
    }

    /// When writing ends unless the lease is renewed; `nil` while not leading.
    var writingEnds: Duration? { renewalSent.map { $0 + configuration.renewDeadline } }

    /// How long ago an attempt ended.
    func sinceLastAttempt(now: Duration) -> Duration { now - lastAttemptEnded }

    // MARK: - Seeing

    /// Takes what was read of the lease, or seen by a watch.
    ///
    /// - Parameters:
    ///   - lease: The lease; `nil` when there is none.
    ///   - now: The time.
    ///   - isRead: Whether it is the answer to a read, which is the truth; a watch may lag behind.
    /// - Returns: Whether it is worth while to make an attempt at once.
    mutating func observe(_ lease: Lease?, now: Duration, isRead: Bool) -> Bool {
        guard let lease else {
            // A watch may speak of an earlier incarnation: whoever is woken reads.
            if isRead { observed = nil }
            return true
        }
        if let old = observed {
            let order = ResourceVersionOrder.compare(lease.resourceVersion, old.resourceVersion)
            if order == .equal || (order == .older && !isRead) { return false }
            if old.record != lease.record { observedAt = now }
        } else {
            observedAt = now
        }
        observed = lease
        let isOurs = lease.record.isHeld(by: configuration.identity)
        if renewalSent != nil { return !isOurs }
        if !lease.record.isHeld { return true }
        due = min(due, expiry(of: lease.record))
        return false
    }

    private func expiry(of record: LeaseRecord) -> Duration {
        observedAt + (record.leaseDurationSeconds.map { .seconds(max($0, 0)) } ?? configuration.leaseDuration)
    }

    // MARK: - Claiming

    /// The renewal that can be sent without reading first; `nil` when a read is needed.
    func renewal(now: Duration, date: Date) -> (Lease, LeaseRecord)? {
        guard isLeading(now: now), let lease = observed, lease.record.isHeld(by: configuration.identity) else {
            return nil
        }
        return (lease, record(after: lease.record, date: date))
    }

    /// What to do about the lease that was read.
    func claim(now: Duration, date: Date) -> Claim {
        guard let lease = observed else { return .create(record(after: nil, date: date)) }
        if lease.record.isHeld, !lease.record.isHeld(by: configuration.identity) {
            let expiry = expiry(of: lease.record)
            if now < expiry { return .held(until: expiry) }
        }
        return .update(lease, record(after: lease.record, date: date))
    }

    private func record(after old: LeaseRecord?, date: Date) -> LeaseRecord {
        let time = Timestamp.formatMicro(date)
        let keeps = old?.isHeld(by: configuration.identity) ?? false
        return LeaseRecord(
            holderIdentity: configuration.identity,
            leaseDurationSeconds: configuration.leaseDuration.components.seconds,
            acquireTime: keeps ? old?.acquireTime ?? time : time,
            renewTime: time,
            leaseTransitions: old.map { keeps ? $0.leaseTransitions : $0.leaseTransitions &+ 1 } ?? 0
        )
    }

    // MARK: - Outcomes

    /// The claim was granted.
    ///
    /// - Parameters:
    ///   - lease: The lease as the server wrote it.
    ///   - sent: When the claim was sent, at the latest.
    ///   - now: The time.
    /// - Returns: What became of leadership.
    mutating func won(_ lease: Lease, sent: Duration, now: Duration) -> Change? {
        observed = lease
        observedAt = now
        lastAttemptEnded = now
        let was = renewalSent != nil
        renewalSent = sent
        due = now + configuration.retryPeriod
        // An answer that took longer than the deadline is of no use any more.
        if !isLeading(now: now) {
            renewalSent = nil
            return was ? .ended : nil
        }
        return was ? nil : .began
    }

    /// Somebody else holds it.
    mutating func lost(until expiry: Duration, now: Duration, jitter: Double) -> Change? {
        lastAttemptEnded = now
        due = min(max(expiry, now), now + jittered(jitter))
        defer { renewalSent = nil }
        return renewalSent == nil ? nil : .ended
    }

    /// The attempt failed: nothing is known of the lease.
    mutating func failed(now: Duration, jitter: Double) -> Change? {
        lastAttemptEnded = now
        due = now + (renewalSent == nil ? jittered(jitter) : configuration.retryPeriod)
        return expire(now: now)
    }

    /// Ends a leadership that was not renewed in time.
    mutating func expire(now: Duration) -> Change? {
        guard renewalSent != nil, !isLeading(now: now) else { return nil }
        renewalSent = nil
        return .ended
    }

    private func jittered(_ jitter: Double) -> Duration {
        configuration.retryPeriod * (1 + jitter * ElectionConfiguration.jitter)
    }

    // MARK: - Giving it back

    /// Ends the leadership before anything is sent, and says what to write; `nil` when the lease is not ours to give.
    mutating func release(now: Duration, date: Date) -> (Lease, LeaseRecord)? {
        let mayWrite = isLeading(now: now)
        renewalSent = nil
        guard mayWrite else { return nil }
        return releasing(date: date)
    }

    /// What gives back the lease that was read; `nil` when somebody else holds it.
    func releasing(date: Date) -> (Lease, LeaseRecord)? {
        guard let lease = observed, lease.record.isHeld(by: configuration.identity) else { return nil }
        let time = Timestamp.formatMicro(date)
        // As client-go's `release` has it.
        let record = LeaseRecord(
            holderIdentity: "",
            leaseDurationSeconds: 1,
            acquireTime: time,
            renewTime: time,
            leaseTransitions: lease.record.leaseTransitions
        )
        return (lease, record)
    }
}

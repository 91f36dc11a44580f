// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Everything about a realm that changes, as a value.
struct RealmState: Sendable {
    /// The life of a key, in order; a withdrawn key may be published again.
    enum Phase: Sendable {
        /// Published, and about to sign.
        case upcoming
        /// Published, and signing.
        case active
        /// Published, and no longer signing.
        case retired
        /// Not published.
        case withdrawn

        /// Whether the key set lists the key.
        var isPublished: Bool { self != .withdrawn }
    }

    /// A key of the realm.
    struct Entry: Sendable {
        /// Where the key pair is.
        let ticket: SigningKeyPool.Ticket
        /// Where the key is in its life.
        var phase: Phase
    }

    /// A fault and how often it is still to happen.
    struct PlannedFault: Sendable {
        /// What goes wrong.
        var fault: Fault
        /// The number of requests left; `nil` for all.
        var remaining: Int?
    }

    /// The keys, oldest first.
    var entries: [Entry]
    /// The value of `Cache-Control` on the key set; `nil` for none.
    var cacheControl: String?
    /// Whether documents carry an `ETag` and conditional requests are honoured.
    var usesETag: Bool
    /// The logins that are under way.
    var deviceGrants = DeviceGrantBook()
    /// What goes wrong, by document.
    private(set) var faults: [RealmEndpoint: PlannedFault] = [:]
    /// What was asked so far.
    private(set) var counts = RequestCounts()

    /// Creates the state of a realm that nobody has asked yet.
    init(entries: [Entry], cacheControl: String?, usesETag: Bool) {
        self.entries = entries
        self.cacheControl = cacheControl
        self.usesETag = usesETag
    }

    /// Notes a request and tells the fault it is to meet.
    mutating func admit(_ endpoint: RealmEndpoint) -> Fault? {
        counts.add(endpoint)
        guard var planned = faults[endpoint] else { return nil }
        if let remaining = planned.remaining {
            planned.remaining = remaining - 1
            faults[endpoint] = remaining > 1 ? planned : nil
        }
        return planned.fault
    }

    /// Notes that a request was answered with 304.
    mutating func noteNotModified() {
        counts.notModified += 1
    }

    /// Plans a fault, or ends the one that is planned.
    mutating func plan(_ fault: Fault?, on endpoint: RealmEndpoint, times: Int?) {
        if let fault, times.map({ $0 > 0 }) ?? true {
            faults[endpoint] = PlannedFault(fault: fault, remaining: times)
        } else {
            faults[endpoint] = nil
        }
    }

    /// Adds a published key that does not sign yet.
    mutating func prepublish(_ ticket: SigningKeyPool.Ticket) {
        entries.append(Entry(ticket: ticket, phase: .upcoming))
    }

    /// Makes the oldest upcoming key the signing one.
    ///
    /// - Parameters:
    ///   - algorithm: Whose keys change place.
    ///   - withdrawing: Whether the former keys leave the set at once.
    /// - Returns: The place of the key that signs now; `nil`, with nothing changed, when none is upcoming.
    mutating func rotate(_ algorithm: SigningAlgorithm, withdrawing: Bool) -> SigningKeyPool.Ticket? {
        let next = entries.firstIndex { $0.ticket.algorithm == algorithm && $0.phase == .upcoming }
        guard let next else { return nil }
        for index in entries.indices where entries[index].ticket.algorithm == algorithm {
            switch entries[index].phase {
            case .active: entries[index].phase = withdrawing ? .withdrawn : .retired
            case .retired where withdrawing: entries[index].phase = .withdrawn
            default: break
            }
        }
        entries[next].phase = .active
        return entries[next].ticket
    }

    /// Moves a key to another phase.
    mutating func move(_ ticket: SigningKeyPool.Ticket, to phase: Phase) {
        for index in entries.indices where entries[index].ticket == ticket {
            entries[index].phase = phase
        }
    }
}

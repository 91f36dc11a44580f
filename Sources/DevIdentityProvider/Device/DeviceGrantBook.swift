// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The device codes of a realm and what became of them (RFC 8628), as a value.
struct DeviceGrantBook: Sendable {
    /// Where a code stands.
    enum Phase: Sendable, Hashable {
        /// Nobody has entered it; goes on to any other.
        case pending
        /// Somebody approved; goes on to `redeemed`.
        case approved(DeviceApproval)
        /// Somebody refused.
        case denied
        /// Its time is over, or was ended.
        case expired
        /// The tokens were fetched.
        case redeemed
    }

    /// One pair of codes.
    struct Grant: Sendable {
        let deviceCode: String
        let userCode: String
        let clientID: String
        let scopes: [String]
        let audience: String?
        let expiry: Date
        /// The least time between two requests; grows with each one that comes too early.
        var interval: Duration
        var lastAsked: Date?
        var phase = Phase.pending
        /// How many more requests are told to slow down, whenever they come.
        var scriptedSlowDowns = 0
    }

    /// What a request for the tokens is answered with.
    enum Answer: Sendable {
        case pending
        case slowDown
        case denied
        case expired
        /// The code is not known, or was used before.
        case invalid
        case approved(Grant, DeviceApproval)
    }

    private var grants: [Grant] = []
    /// The most codes that are kept; old ones go first.
    private static let limit = 1_000

    /// Adds a pair of codes.
    mutating func add(_ grant: Grant) {
        grants.append(grant)
        if grants.count > Self.limit { grants.removeFirst(grants.count - Self.limit) }
    }

    /// The codes that wait for somebody, oldest first.
    func waiting(at now: Date) -> [Grant] {
        grants.filter { $0.phase == .pending && now < $0.expiry }
    }

    /// Moves a waiting code on; entered as people do, with or without hyphen, in any case (RFC 8628, 6.1).
    ///
    /// - Returns: Whether there is such a code.
    mutating func settle(userCode: String, as phase: Phase, at now: Date) -> Bool {
        guard let index = index(userCode: userCode), grants[index].phase == .pending, now < grants[index].expiry else {
            return false
        }
        grants[index].phase = phase
        return true
    }

    /// Tells the next requests for a code to slow down.
    ///
    /// - Returns: Whether there is such a code.
    mutating func slowDown(userCode: String, times: Int) -> Bool {
        guard let index = index(userCode: userCode) else { return false }
        grants[index].scriptedSlowDowns += times
        return true
    }

    /// Answers a request for the tokens.
    mutating func ask(deviceCode: String, clientID: String, at now: Date) -> Answer {
        guard let index = grants.firstIndex(where: { $0.deviceCode == deviceCode && $0.clientID == clientID }) else {
            return .invalid
        }
        let grant = grants[index]
        switch grant.phase {
        case .redeemed: return .invalid
        case .denied: return .denied
        case .expired: return .expired
        case .pending where now >= grant.expiry, .approved where now >= grant.expiry:
            grants[index].phase = .expired
            return .expired
        case .pending, .approved: break
        }
        let last = grant.lastAsked
        grants[index].lastAsked = now
        if grant.scriptedSlowDowns > 0 {
            grants[index].scriptedSlowDowns -= 1
            grants[index].interval += .seconds(5)
            return .slowDown
        }
        // A tenth less is let pass: the client's clock and the way there are not exact.
        let least = Double(grant.interval.components.seconds) * 0.9
        if let last, now.timeIntervalSince(last) < least {
            grants[index].interval += .seconds(5)
            return .slowDown
        }
        guard case .approved(let approval) = grant.phase else { return .pending }
        grants[index].phase = .redeemed
        return .approved(grant, approval)
    }

    private func index(userCode: String) -> Int? {
        let wanted = Self.normal(userCode)
        return grants.lastIndex { Self.normal($0.userCode) == wanted }
    }

    private static func normal(_ code: String) -> [UInt8] {
        code.uppercased().utf8.filter { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}

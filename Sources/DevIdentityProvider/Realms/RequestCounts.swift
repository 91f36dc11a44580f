// Grantor
// SPDX-License-Identifier: Apache-2.0

/// How often the documents of a realm were asked for.
public struct RequestCounts: Hashable, Sendable {
    /// Requests for the key set, faulty answers included.
    public internal(set) var keys = 0
    /// Requests for the discovery document, faulty answers included.
    public internal(set) var discovery = 0
    /// Requests for user codes, faulty answers included.
    public internal(set) var device = 0
    /// Requests for tokens, faulty answers included.
    public internal(set) var token = 0
    /// Answers 304 to either.
    public internal(set) var notModified = 0

    /// Creates counts of zero.
    public init() {}

    /// Counts one request.
    mutating func add(_ endpoint: RealmEndpoint) {
        switch endpoint {
        case .keys: keys += 1
        case .discovery: discovery += 1
        case .device: device += 1
        case .token: token += 1
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// How urgent it is to look at a key.
public enum WorkPriority: Int, CaseIterable, Sendable, Comparable {
    /// Somebody loses something: nothing may make that wait.
    case revocation
    /// Somebody changed something.
    case change
    /// Nothing is known to have changed: start-up, retries, periodic looks.
    case resync

    /// The word for metrics.
    public var label: String {
        switch self {
        case .revocation: "revocation"
        case .change: "change"
        case .resync: "resync"
        }
    }

    /// Whether one is more urgent than another.
    public static func < (lhs: WorkPriority, rhs: WorkPriority) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

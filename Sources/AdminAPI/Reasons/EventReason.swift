// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What the operator's Events tell: the closed list of words that stand in `reason`.
public enum EventReason: String, CaseIterable, Sendable {
    /// A user was made an admin.
    case granted = "Granted"
    /// A user is no admin any more.
    case revoked = "Revoked"
    /// The `admin` block breaks a rule.
    case invalidAdmin = "InvalidAdmin"
    /// The identity provider's keys changed.
    case keysChanged = "KeysChanged"
    /// There are no keys to verify tokens with.
    case keysUnavailable = "KeysUnavailable"
    /// An object that Grantor does not own stands where a grant should be.
    case foreignGrant = "ForeignGrant"

    /// Whether it is something to look after (`type: Warning`).
    public var isWarning: Bool {
        switch self {
        case .granted, .revoked, .keysChanged: false
        case .invalidAdmin, .keysUnavailable, .foreignGrant: true
        }
    }
}

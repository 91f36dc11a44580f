// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Bounds on what is read of a token before anything about it is known.
public enum TokenLimits {
    /// The longest token that is looked at, in bytes.
    public static let size = 8192
    /// The deepest nesting of the header and of the claims.
    static let depth = 32
    /// The greatest number of audiences that are compared.
    static let audiences = 64
    /// The longest user id, in bytes; that of the rules for `users[].id`.
    static let userID = 256
    /// The latest time that a claim may name, in seconds since 1970: the end of the year 9999.
    static let time = 253_402_300_799.0
}

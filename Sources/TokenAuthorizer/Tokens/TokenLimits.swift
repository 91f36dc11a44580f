// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Bounds on what is read of a token before anything about it is known.
public enum TokenLimits {
    /// The longest token that is looked at, in bytes.
    public static let size = 8192
}

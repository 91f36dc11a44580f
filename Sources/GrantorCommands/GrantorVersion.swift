// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The version of the program; the one place where it stands.
public enum GrantorVersion {
    /// A semantic version (semver.org).
    public static let current = "0.1.0-dev"
}

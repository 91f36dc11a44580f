// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What an API server says about its own version (`/version`).
public struct ServerVersion: Sendable, Hashable {
    /// The major number, as in `1`.
    public var major: String
    /// The minor number, as in `34` or `34+`.
    public var minor: String
    /// The full version, as in `v1.34.1`.
    public var gitVersion: String

    /// Creates a version.
    public init(major: String, minor: String, gitVersion: String) {
        self.major = major
        self.minor = minor
        self.gitVersion = gitVersion
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why there is no influxctl profile, or why one was not put into a file; the file is then as it was.
public struct InfluxctlError: Error, Hashable, Sendable {
    /// The kinds of failure.
    public enum Code: String, CaseIterable, Sendable {
        /// Something that the profile needs is not given and follows from nothing.
        case incomplete = "Incomplete"
        /// Something given cannot be used.
        case invalid = "Invalid"
        /// The configuration file is not TOML in UTF-8.
        case unreadable = "Unreadable"
        /// The layout of the configuration file allows no edit that means what was asked.
        case notEditable = "NotEditable"
    }

    /// What went wrong.
    public let code: Code
    /// What went wrong and what to do, for people: `cannot ...`; it holds no secret.
    public let message: String
    /// The line of the configuration file, when it is known.
    public let line: Int?

    /// Creates an error.
    public init(_ code: Code, _ message: String, line: Int? = nil) {
        self.code = code
        self.message = message
        self.line = line
    }
}

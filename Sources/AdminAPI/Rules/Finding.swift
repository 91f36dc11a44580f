// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// One thing that the rules have to say about an `admin` block.
public struct Finding: Sendable, Hashable {
    /// How bad it is.
    public enum Level: String, CaseIterable, Sendable {
        /// The block cannot be used.
        case error
        /// The block can be used; somebody should look at it.
        case warning
    }

    /// How bad it is.
    public let level: Level
    /// What and where; it never holds an e-mail address, a name or a secret.
    public let error: FieldError
    /// The rule of the block that says so; `nil` for what only a file or a chart makes wrong.
    public let rule: AdminRule?

    /// Creates a finding.
    public init(_ level: Level, _ error: FieldError, rule: AdminRule? = nil) {
        self.level = level
        self.error = error
        self.rule = rule
    }
}

extension Finding: CustomStringConvertible {
    /// The message with its path: `spec.package.spec.admin.users[2].id: Required value: ...`.
    public var description: String { error.description }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What the rules say about an `admin` block.
public struct AdminVerdict: Sendable, Hashable {
    /// Everything that is wrong or doubtful, in the order of the block.
    public let findings: [Finding]
    /// The block ready for use; `nil` when there is an error.
    public let admin: AdminConfiguration?

    /// Creates a verdict.
    public init(findings: [Finding], admin: AdminConfiguration?) {
        self.findings = findings
        self.admin = admin
    }

    /// Whether the block can be used.
    public var isValid: Bool { admin != nil }

    /// The errors.
    public var errors: [Finding] { findings.filter { $0.level == .error } }

    /// The warnings.
    public var warnings: [Finding] { findings.filter { $0.level == .warning } }

    /// The most bytes that a condition's message takes (`maxLength` of `meta/v1` conditions).
    public static let maximumMessageLength = 32 << 10

    /// The messages of one level in one text, `; ` between them, with `and N more` for what does not fit.
    public func message(_ level: Finding.Level, limit: Int = Self.maximumMessageLength) -> String {
        let chosen = findings.lazy.filter { $0.level == level }
        let room = limit - 32
        var message = ""
        var shown = 0
        // One text after the other: of 40,000 findings some 300 fit.
        for finding in chosen {
            let text = finding.description
            let separator = shown == 0 ? "" : "; "
            guard message.utf8.count + separator.utf8.count + text.utf8.count <= room else {
                return message + separator + "and \(chosen.count - shown) more"
            }
            message += separator + text
            shown += 1
        }
        return message
    }
}

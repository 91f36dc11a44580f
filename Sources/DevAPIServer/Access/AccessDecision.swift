// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Whether something is permitted, and why.
struct AccessDecision: Sendable, Hashable {
    /// Whether it is.
    var isAllowed: Bool
    /// Which binding permits it, or what kept the server from finding one; often empty.
    var reason: String

    /// Permitted without any rule.
    static let unconditional = AccessDecision(isAllowed: true, reason: "")
}

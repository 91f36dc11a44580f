// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

/// A way to install the operator, with the roles that the chart makes for it.
///
/// A mode that needs other permissions is one more entry of `all`: its values, and what must happen for each of its
/// permissions to be used.
struct RoleMode: Sendable, CustomTestStringConvertible {
    /// What it is called.
    let testDescription: String
    /// The values of the chart.
    var values: JSONValue = [:]
    /// What the operator is told beside what the chart tells it.
    var arguments: [String] = []
    /// What happens while the operator runs.
    var life: @Sendable (OperatorLife) async throws -> Void = { try await $0.run() }

    /// All of them.
    static let all: [RoleMode] = [
        RoleMode(testDescription: "all namespaces"),
        RoleMode(
            testDescription: "two namespaces",
            values: ["watch": ["namespaces": ["influxdb", "other"]]],
            life: { life in
                try await life.run()
                try await life.moved(to: "other").run()
            }
        ),
    ]
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The query of a request, built parameter by parameter.
struct QueryString: Sendable {
    /// The query with its question mark; empty without parameters.
    private(set) var text = ""

    /// Whether there is no parameter.
    var isEmpty: Bool { text.isEmpty }

    /// Adds a parameter; one without a value is left out.
    mutating func add(_ name: StaticString, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        text += text.isEmpty ? "?" : "&"
        text += name.description
        text += "="
        PercentEncoding.append(value, to: &text)
    }
}

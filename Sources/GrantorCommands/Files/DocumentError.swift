// Grantor
// SPDX-License-Identifier: Apache-2.0

import YAMLSource

/// Why a document cannot be used; one line for a person, with the position where it is known.
struct DocumentError: Error, CustomStringConvertible {
    /// What went wrong: `values.yaml:3:7: cannot read YAML: ...`.
    let description: String

    init(_ name: String, _ message: String, at mark: Mark? = nil) {
        description = mark.map { "\(name):\($0): \(message)" } ?? "\(name): \(message)"
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// The limits that figures are held to, and what a client-go controller reaches.
struct Thresholds: Sendable {
    /// What is known of one figure.
    struct Entry: Sendable {
        /// The greatest number that passes.
        var maximum: Double?
        /// The least number that passes.
        var minimum: Double?
        /// What a well-written client-go controller reaches against a real API server.
        var bar: Double?

        /// Whether a number passes.
        func admits(_ value: Double) -> Bool {
            if value.isNaN { return false }
            if let maximum, value > maximum { return false }
            if let minimum, value < minimum { return false }
            return true
        }
    }

    private let entries: [String: Entry]

    /// Reads a file: an object of figures, each with `max`, `min` and `bar`.
    ///
    /// - Throws: `Child.Failure` when there is no such file, `JSONError` when it is no JSON.
    init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Child.Failure(description: "cannot read \(file)")
        }
        var entries: [String: Entry] = [:]
        for member in try JSONValue(parsing: Array(data)).object ?? [:] {
            entries[member.name] = Entry(
                maximum: member.value["max"]?.double,
                minimum: member.value["min"]?.double,
                bar: member.value["bar"]?.double
            )
        }
        self.entries = entries
    }

    /// What is known of a figure.
    subscript(_ id: String) -> Entry { entries[id] ?? Entry() }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A regular expression in the dialect of RE2, matched in linear time.
struct Pattern: Sendable {
    /// Why an expression cannot be compiled.
    struct Failure: Error, Sendable, Hashable {
        /// What is wrong, in the words of Go's `regexp/syntax`.
        let message: String
    }

    /// Compiles an expression.
    ///
    /// - Throws: `Failure`.
    init(_ text: String) throws(Failure) {}

    /// Whether the expression matches somewhere in a text.
    func matches(_ text: String) -> Bool { true }
}

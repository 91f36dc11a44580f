// Grantor
// SPDX-License-Identifier: Apache-2.0

public import YAMLSource

/// Why a text was not edited; it is then as it was.
public struct YAMLEditingError: Error, Hashable, Sendable {
    /// The kinds of failure.
    public enum Code: String, CaseIterable, Sendable {
        /// The text is not YAML; the message is that of the reader.
        case unreadable = "Unreadable"
        /// There is no such document, or the path leads through something that is neither mapping nor list.
        case notFound = "NotFound"
        /// The layout of the text allows no edit that means what was asked.
        case notEditable = "NotEditable"
    }

    /// What went wrong.
    public let code: Code
    /// What went wrong, for people: `cannot ...`; it quotes keys, never values.
    public let message: String
    /// Where, as far as it is known.
    public let mark: Mark

    /// Creates an error.
    public init(_ code: Code, _ message: String, at mark: Mark = Mark(line: 1, column: 1)) {
        self.code = code
        self.message = message
        self.mark = mark
    }

    /// What the reader of YAML said.
    init(_ error: YAMLError) {
        self.init(.unreadable, error.message, at: error.mark)
    }
}

extension YAMLEditingError: CustomStringConvertible {
    /// One line for a person, with the position.
    public var description: String { "\(message) (line \(mark.line), column \(mark.column))" }
}

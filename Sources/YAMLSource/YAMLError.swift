// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why a text is not the YAML that was asked for.
public struct YAMLError: Error, Hashable, Sendable {
    /// The kinds of failure.
    public enum Code: String, CaseIterable, Sendable {
        /// The bytes are not UTF-8, or hold characters that YAML does not allow.
        case invalidEncoding = "InvalidEncoding"
        /// The text breaks the grammar of YAML.
        case invalidSyntax = "InvalidSyntax"
        /// A mapping has two keys of one name.
        case duplicateKey = "DuplicateKey"
        /// An alias names no anchor, or one that is still open.
        case unknownAnchor = "UnknownAnchor"
        /// A key cannot be the name of a JSON member: null, a sequence or a mapping.
        case unsupportedKey = "UnsupportedKey"
        /// A value cannot be JSON: not a number, infinity, or at odds with its tag.
        case unsupportedValue = "UnsupportedValue"
        /// Sequences and mappings are nested deeper than allowed.
        case tooDeep = "TooDeep"
        /// The text is longer than allowed.
        case tooLarge = "TooLarge"
        /// There are more values than allowed once aliases are followed.
        case tooManyNodes = "TooManyNodes"
    }

    /// What went wrong.
    public let code: Code
    /// What went wrong, for people: `cannot read YAML: ...`; it quotes keys and anchors, never values.
    public let message: String
    /// Where, as far as the reader knows.
    public let mark: Mark

    /// The line, counted from 1.
    public var line: Int { mark.line }

    /// The column in Unicode scalars, counted from 1.
    public var column: Int { mark.column }

    /// Creates an error; the message is completed with `cannot read YAML: `.
    public init(_ code: Code, _ detail: String, at mark: Mark) {
        self.code = code
        message = "cannot read YAML: \(detail)"
        self.mark = mark
    }
}

extension YAMLError: CustomStringConvertible {
    /// One line for a person, with the position.
    public var description: String { "\(message) (line \(line), column \(column))" }
}

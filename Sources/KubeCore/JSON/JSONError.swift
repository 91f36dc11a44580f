// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not the JSON that was asked for.
public struct JSONError: Error, Hashable, Sendable {
    /// The kinds of failure.
    public enum Code: String, CaseIterable, Sendable {
        /// The text breaks the grammar of RFC 8259.
        case invalidSyntax = "InvalidSyntax"
        /// A string is not UTF-8, or an escape stands for half of a surrogate pair.
        case invalidUnicode = "InvalidUnicode"
        /// A number is too large for a floating-point value.
        case numberOutOfRange = "NumberOutOfRange"
        /// An object has two members of one name.
        case duplicateMember = "DuplicateMember"
        /// Arrays and objects are nested deeper than allowed.
        case tooDeep = "TooDeep"
    }

    /// What went wrong.
    public let code: Code
    /// The position of the first byte that is wrong, counted from 0.
    public let offset: Int

    /// Creates an error.
    public init(_ code: Code, offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// One line for a person; it never quotes the input.
    public var description: String {
        let what =
            switch code {
            case .invalidSyntax: "the text is not JSON"
            case .invalidUnicode: "a string is not valid UTF-8"
            case .numberOutOfRange: "a number is out of range"
            case .duplicateMember: "an object names a member twice"
            case .tooDeep: "the value is nested too deeply"
            }
        return "\(what) (at byte \(offset))"
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A place in a JSON document (RFC 6901): `/spec/users/0`, `/metadata/annotations/a~1b`.
public struct JSONPointer: Sendable, Hashable {
    /// The unescaped steps; none means the whole document.
    public let tokens: [String]

    /// Creates a pointer from unescaped steps.
    public init(_ tokens: [String]) {
        self.tokens = tokens
    }

    /// Reads a pointer; `nil` when the text is neither empty nor begins with a slash.
    public init?(parsing text: String) {
        if text.isEmpty {
            tokens = []
            return
        }
        guard text.hasPrefix("/") else { return nil }
        tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { token in
            String(token).replacingOccurrences("~1", "/").replacingOccurrences("~0", "~")
        }
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer in its string form.
    public var description: String {
        tokens.map { "/" + $0.replacingOccurrences("~", "~0").replacingOccurrences("/", "~1") }.joined()
    }
}

extension String {
    fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
        replacing(old, with: new)
    }
}

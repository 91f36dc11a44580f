// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Text from outside in a form that does no harm on a terminal.
enum Printable {
    /// The text with everything but printable ASCII escaped, and its end left out when it is long.
    static func text(_ text: String, limit: Int = 300) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if result.utf8.count >= limit { return result + "..." }
            let isPlain = scalar.value >= 0x20 && scalar.value < 0x7F && scalar != "\\"
            result += isPlain ? String(scalar) : scalar.escaped(asASCII: true)
        }
        return result
    }

    /// The text with every word that has an `@` inside left out, as e-mail addresses have.
    static func withoutAddresses(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
        var result = ""
        var word = ""
        func isInside(_ word: String) -> Bool {
            word.firstIndex(of: "@").map { $0 != word.startIndex && word.index(after: $0) != word.endIndex } ?? false
        }
        for character in text {
            if character.isWhitespace || "\"'<>(),;".contains(character) {
                result += isInside(word) ? "<redacted>" : word
                result.append(character)
                word = ""
            } else {
                word.append(character)
            }
        }
        return result + (isInside(word) ? "<redacted>" : word)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Which way of writing a string no reader of YAML can misread.
package enum YAMLStringStyle {
    /// Whether the string may stand without quotes, as a key and as a value.
    ///
    /// It must begin with a letter, `_` or `/`: then it is no number, date, indicator or `.inf`, and only the words
    /// below are left to be misread.
    package static func isPlainSafe(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, last != UInt8(ascii: ":"), last != UInt8(ascii: " "),
            isLetter(first) || first == UInt8(ascii: "_") || first == UInt8(ascii: "/")
        else { return false }
        var previous = first
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                break
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "@"),
                UInt8(ascii: "+"), UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ":"),
                UInt8(ascii: "="):
                break
            case UInt8(ascii: " "):
                guard previous != UInt8(ascii: ":") else { return false }
            case UInt8(ascii: "|"):
                break
            default:
                return false
            }
            previous = byte
        }
        return bytes.count > 8 || !words.contains(text.lowercased())
    }

    /// Whether a literal block gives the string back exactly.
    package static func isBlockSafe(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, first > 0x20, bytes.contains(UInt8(ascii: "\n")),
            !text.utf8.reversed().starts(with: [0x0A, 0x0A])
        else { return false }
        var previous: UInt8 = 0
        for byte in bytes {
            guard byte == 0x0A || byte == 0x09 || (byte >= 0x20 && byte < 0x7F) || byte >= 0x80 else { return false }
            // White space at the end of a line is exact too, but nobody sees it: quotes show it.
            if byte == 0x0A, previous == 0x20 || previous == 0x09 { return false }
            previous = byte
        }
        if previous == 0x20 || previous == 0x09 { return false }
        return !text.unicodeScalars.contains(where: needsEscape)
    }

    /// Appends the string in double quotes, with no escape that JSON does not have.
    package static func appendQuoted(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output.append(contentsOf: "\\\"".utf8)
            case "\\": output.append(contentsOf: "\\\\".utf8)
            case "\n": output.append(contentsOf: "\\n".utf8)
            case "\t": output.append(contentsOf: "\\t".utf8)
            case "\r": output.append(contentsOf: "\\r".utf8)
            case _ where needsEscape(scalar):
                let hex = String(scalar.value, radix: 16)
                output.append(contentsOf: "\\u".utf8)
                output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, 4 - hex.utf8.count)))
                output.append(contentsOf: hex.utf8)
            default:
                output.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Whether single quotes give the string back exactly, on one line.
    package static func isSingleQuoteSafe(_ text: String) -> Bool {
        !text.unicodeScalars.contains { $0 == "\n" || $0 == "\t" || needsEscape($0) }
    }

    private static let words: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity",
    ]

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// Whether YAML does not let a character stand as it is, or a reader might take it for a line break.
    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}

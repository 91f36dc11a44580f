// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Writes values as TOML 1.0.0 does.
enum TOMLText {
    /// A basic string (TOML 1.0.0, "String").
    static func string(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{8}": text += "\\b"
            case "\t": text += "\\t"
            case "\n": text += "\\n"
            case "\u{C}": text += "\\f"
            case "\r": text += "\\r"
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
                let digits = String(scalar.value, radix: 16, uppercase: true)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    /// An array of strings on one line.
    static func array(_ values: [String]) -> String {
        "[" + values.map(string).joined(separator: ", ") + "]"
    }

    /// An inline table of strings, sorted by key.
    static func inlineTable(_ values: [String: String]) -> String {
        let members = values.sorted { $0.key < $1.key }.map { "\(key($0.key)) = \(string($0.value))" }
        return "{ " + members.joined(separator: ", ") + " }"
    }

    /// A key: bare where that is allowed, quoted otherwise.
    static func key(_ name: String) -> String {
        let isBare = !name.isEmpty && name.utf8.allSatisfy(isBareKeyByte)
        return isBare ? name : string(name)
    }

    /// Whether a bare key may hold a byte.
    static func isBareKeyByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F || byte == 0x2D
    }
}

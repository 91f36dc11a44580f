// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What a user id looks like.
struct IDShape {
    /// Why an id cannot be one.
    enum Problem {
        case tooLong, outerSpace, controlCharacter
    }

    /// What is wrong with the id, whatever the provider.
    let problem: Problem?
    /// Whether the id holds a character that nobody sees, as pasted text does.
    let hasInvisible: Bool

    init(_ id: String) {
        guard id.utf8.count <= AdminRules.maximumIDLength else {
            problem = .tooLong
            hasInvisible = false
            return
        }
        var hasControl = false
        var hasInvisible = false
        var isASCII = true
        for byte in id.utf8 {
            if byte < 0x20 || byte == 0x7F { hasControl = true }
            if byte >= 0x80 { isASCII = false }
        }
        var hasOuterSpace = id.utf8.first == 0x20 || id.utf8.last == 0x20
        if !isASCII {
            for scalar in id.unicodeScalars {
                switch scalar.properties.generalCategory {
                case .control: hasControl = true
                case .format, .lineSeparator, .paragraphSeparator: hasInvisible = true
                default: break
                }
            }
            hasOuterSpace =
                hasOuterSpace || id.unicodeScalars.first?.properties.isWhitespace ?? false
                || id.unicodeScalars.last?.properties.isWhitespace ?? false
        }
        let endsInBreak =
            [0x09, 0x0A, 0x0D].contains(id.utf8.last ?? 0) || [0x09, 0x0A, 0x0D].contains(id.utf8.first ?? 0)
        problem = hasOuterSpace || endsInBreak ? .outerSpace : hasControl ? .controlCharacter : nil
        self.hasInvisible = hasInvisible
    }

    /// Whether a text is a GUID or UUID: 8-4-4-4-12 hexadecimal digits.
    static func isGUID(_ text: String) -> Bool {
        guard text.utf8.count == 36 else { return false }
        for (index, byte) in text.utf8.enumerated() {
            switch index {
            case 8, 13, 18, 23:
                guard byte == UInt8(ascii: "-") else { return false }
            default:
                let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                guard isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20) else { return false }
            }
        }
        return true
    }

    /// Whether a text is the id of a federated Keycloak user: `f:` and more.
    static func isFederated(_ text: String) -> Bool {
        text.utf8.starts(with: "f:".utf8) && text.utf8.count > 2
    }

    /// Whether a text has the form `connection|id`.
    static func isAuth0(_ text: String) -> Bool {
        guard let bar = text.utf8.firstIndex(of: UInt8(ascii: "|")) else { return false }
        return bar != text.utf8.startIndex && text.utf8.index(after: bar) != text.utf8.endIndex
    }

    /// Whether a text looks like an e-mail address: something on both sides of one `@`, and no white space.
    static func isEmail(_ text: String) -> Bool {
        guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else { return false }
        let domain = text.utf8[text.utf8.index(after: at)...]
        return at != text.utf8.startIndex && !domain.isEmpty && !domain.contains(UInt8(ascii: "@"))
            && domain.first != UInt8(ascii: ".") && domain.last != UInt8(ascii: ".")
            && !text.utf8.contains { $0 <= 0x20 || $0 == 0x7F }
    }
}

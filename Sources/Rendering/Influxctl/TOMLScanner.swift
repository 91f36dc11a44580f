// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Finds where headers and assignments stand in a TOML text that a parser has accepted.
///
/// The parser tells values, not positions; this tells positions and no values. What it does not understand ends it.
struct TOMLScanner {
    /// A header or an assignment.
    struct Element {
        enum Content {
            /// `[a.b]`, or `[[a.b]]`.
            case header(path: [String], isArray: Bool)
            /// `a.b = value`, with the bytes of the value.
            case assignment(key: [String], value: Range<Int>)
        }

        let content: Content
        /// From the beginning of its first line to behind the line break of its last.
        let lines: Range<Int>
        /// The white space before it.
        let indent: String
        /// The number of its first line, from 1.
        let line: Int
    }

    private let bytes: [UInt8]
    private var position = 0

    /// Takes a text apart; `nil` when it is not what TOML 1.0.0 allows.
    static func elements(of bytes: [UInt8]) -> [Element]? {
        var scanner = TOMLScanner(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
        return scanner.scan()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func scan() -> [Element]? {
        var elements: [Element] = []
        var counted = 0
        var line = 1
        while position < bytes.count {
            let start = position
            line += bytes[counted..<start].count { $0 == UInt8(ascii: "\n") }
            counted = start
            skipBlanks()
            let indent = String(decoding: bytes[start..<position], as: UTF8.self)
            guard let first = current else { break }
            if first == UInt8(ascii: "\n") || first == UInt8(ascii: "\r") || first == UInt8(ascii: "#") {
                skipLine()
                continue
            }
            guard let content = first == UInt8(ascii: "[") ? header() : assignment() else { return nil }
            skipLine()
            elements.append(Element(content: content, lines: start..<position, indent: indent, line: line))
        }
        return elements
    }

    private mutating func header() -> Element.Content? {
        position += 1
        let isArray = current == UInt8(ascii: "[")
        if isArray { position += 1 }
        guard let path = keyPath(), current == UInt8(ascii: "]") else { return nil }
        position += 1
        if isArray {
            guard current == UInt8(ascii: "]") else { return nil }
            position += 1
        }
        return .header(path: path, isArray: isArray)
    }

    private mutating func assignment() -> Element.Content? {
        guard let key = keyPath(), current == UInt8(ascii: "=") else { return nil }
        position += 1
        skipBlanks()
        let start = position
        guard skipValue() else { return nil }
        var end = position
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 || bytes[end - 1] == 0x0D { end -= 1 }
        return end > start ? .assignment(key: key, value: start..<end) : nil
    }

    // MARK: - Keys

    private mutating func keyPath() -> [String]? {
        var path: [String] = []
        while true {
            skipBlanks()
            guard let key = simpleKey() else { return nil }
            path.append(key)
            skipBlanks()
            guard current == UInt8(ascii: ".") else { return path }
            position += 1
        }
    }

    private mutating func simpleKey() -> String? {
        guard let first = current else { return nil }
        let start = position
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            guard skipString(), position - start >= 2 else { return nil }
            let inner = bytes[(start + 1)..<(position - 1)]
            // An escape would have to be undone; nobody writes keys of influxctl so.
            if first == UInt8(ascii: "\""), inner.contains(UInt8(ascii: "\\")) { return nil }
            return String(decoding: inner, as: UTF8.self)
        }
        while let byte = current, TOMLText.isBareKeyByte(byte) { position += 1 }
        return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
    }

    // MARK: - Skipping

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x09 { position += 1 }
    }

    private mutating func skipLine() {
        while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
        if position < bytes.count { position += 1 }
    }

    /// Goes behind a value, to the comment or line break after it.
    private mutating func skipValue() -> Bool {
        var depth = 0
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard skipString() else { return false }
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                position += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                position += 1
                if depth < 0 { return false }
            case UInt8(ascii: "#"):
                if depth == 0 { return true }
                skipLine()
            case UInt8(ascii: "\n"):
                if depth == 0 { return true }
                position += 1
            default:
                position += 1
            }
        }
        return depth == 0
    }

    /// Goes behind a string of any of the four kinds.
    private mutating func skipString() -> Bool {
        let quote = bytes[position]
        let escapes = quote == UInt8(ascii: "\"")
        let isLong = bytes[position...].starts(with: [quote, quote, quote])
        position += isLong ? 3 : 1
        while let byte = current {
            if escapes, byte == UInt8(ascii: "\\") {
                position += 2
            } else if byte == quote {
                if !isLong {
                    position += 1
                    return true
                }
                let run = bytes[position...].prefix { $0 == quote }.count
                position += run
                // Up to two quotes may stand directly before the three that end it.
                if run >= 3 { return run <= 5 }
            } else if !isLong, byte == UInt8(ascii: "\n") {
                return false
            } else {
                position += 1
            }
        }
        return false
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Reads the text of a column path.
struct ColumnPathReader {
    private let bytes: [UInt8]
    private var index = 0

    /// Creates a reader; surrounding braces and a leading `$` are allowed, as the template language has them.
    init(_ text: String) {
        var bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") {
            bytes = Array(bytes.dropFirst().dropLast())
        }
        if bytes.first == UInt8(ascii: "$") { bytes.removeFirst() }
        self.bytes = bytes
    }

    /// The steps of the whole text; `nil` when it cannot be read.
    mutating func readAll() -> [ColumnPath.Step]? {
        guard let steps = readSteps(), index == bytes.count else { return nil }
        return steps
    }

    /// The steps up to something that does not continue a path.
    private mutating func readSteps() -> [ColumnPath.Step]? {
        var steps: [ColumnPath.Step] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "."):
                index += 1
                if take("*") {
                    steps.append(.all)
                } else if peek != UInt8(ascii: "[") {
                    let name = readName()
                    // A lone dot is the object itself.
                    if name.isEmpty { return steps.isEmpty && peek == nil ? [] : nil }
                    steps.append(.member(name))
                }
            case UInt8(ascii: "["):
                index += 1
                guard let step = readBracket() else { return nil }
                steps.append(step)
            default: return steps
            }
        }
        return steps
    }

    private var peek: UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func skipSpaces() {
        while peek == UInt8(ascii: " ") { index += 1 }
    }

    /// A name up to the next dot, bracket, operator or space; a backslash takes away the meaning of what follows.
    private mutating func readName() -> String {
        var name: [UInt8] = []
        while let byte = peek, !".[]()=!<> ".utf8.contains(byte) {
            index += 1
            if byte == UInt8(ascii: "\\"), let next = peek {
                name.append(next)
                index += 1
            } else {
                name.append(byte)
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func readBracket() -> ColumnPath.Step? {
        skipSpaces()
        let step: ColumnPath.Step?
        if take("?(") {
            step = readFilter()
        } else if take("*") {
            step = .all
        } else if let quoted = readQuoted() {
            step = .member(quoted)
        } else {
            step = readElements()
        }
        skipSpaces()
        return take("]") ? step : nil
    }

    private mutating func readElements() -> ColumnPath.Step? {
        let first = readInteger()
        guard take(":") else { return first.map(ColumnPath.Step.element) }
        return .range(first, readInteger())
    }

    private mutating func readFilter() -> ColumnPath.Step? {
        skipSpaces()
        guard take("@"), let path = readSteps() else { return nil }
        skipSpaces()
        if take(")") { return .having(path) }
        guard let sign = ColumnPath.Comparison.allCases.first(where: { bytes[index...].starts(with: $0.rawValue.utf8) })
        else { return nil }
        index += sign.rawValue.utf8.count
        skipSpaces()
        guard let operand = readOperand() else { return nil }
        skipSpaces()
        return take(")") ? .filter(path, sign, operand) : nil
    }

    private mutating func readOperand() -> JSONValue? {
        if let quoted = readQuoted() { return .string(quoted) }
        let start = index
        while let byte = peek, byte != UInt8(ascii: ")"), byte != UInt8(ascii: " ") { index += 1 }
        return try? JSONValue(parsing: bytes[start..<index])
    }

    private mutating func readInteger() -> Int? {
        let start = index
        if peek == UInt8(ascii: "-") { index += 1 }
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return Int(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    /// A text in single or double quotes; `nil` without moving when none begins here.
    private mutating func readQuoted() -> String? {
        guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let start = index
        index += 1
        var text: [UInt8] = []
        while let byte = peek, byte != quote {
            index += 1
            if byte == UInt8(ascii: "\\"), let next = peek {
                text.append(next)
                index += 1
            } else {
                text.append(byte)
            }
        }
        guard peek == quote else {
            index = start
            return nil
        }
        index += 1
        return String(decoding: text, as: UTF8.self)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import YAMLSource

/// The bytes of a text, looked at by lines; a line ends in LF, CR or both.
struct SourceText {
    let bytes: [UInt8]
    /// What ends a new line: as the first line of the text ends.
    let lineBreak: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let first = bytes.firstIndex { $0 == 0x0A || $0 == 0x0D }
        switch first {
        case let first? where bytes[first] == 0x0D:
            lineBreak = first + 1 < bytes.count && bytes[first + 1] == 0x0A ? [0x0D, 0x0A] : [0x0D]
        default: lineBreak = [0x0A]
        }
    }

    /// The first byte of the line that holds an offset.
    func lineStart(of offset: Int) -> Int {
        var start = offset
        while start > 0, !isBreak(start - 1) { start -= 1 }
        // A byte order mark is part of no line.
        return start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? min(3, offset) : start
    }

    /// The end of the line that holds an offset, before its line break.
    func lineEnd(of offset: Int) -> Int {
        var end = offset
        while end < bytes.count, !isBreak(end) { end += 1 }
        return end
    }

    /// The first byte of the line after the one that holds an offset; the end of the text when there is none.
    func nextLine(after offset: Int) -> Int {
        let end = lineEnd(of: offset)
        guard end < bytes.count else { return end }
        return bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A ? end + 2 : end + 1
    }

    /// Whether nothing but spaces stands before an offset on its line.
    func beginsLine(_ offset: Int) -> Bool {
        bytes[lineStart(of: offset)..<offset].allSatisfy { $0 == 0x20 }
    }

    /// Whether two offsets stand on one line.
    func isOneLine(_ range: Range<Int>) -> Bool {
        lineEnd(of: range.lowerBound) >= range.upperBound
    }

    /// The first of the spaces and tabs right before an offset.
    func trimmedBack(_ offset: Int) -> Int {
        var start = offset
        while start > 0, bytes[start - 1] == 0x20 || bytes[start - 1] == 0x09 { start -= 1 }
        return start
    }

    /// Whether a comment follows an offset on its line.
    func hasTrailingComment(after offset: Int) -> Bool {
        bytes[offset..<lineEnd(of: offset)].first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: "#")
    }

    /// Whether a line begins with a comment; how far it is indented.
    func commentIndent(ofLineAt start: Int) -> Int? {
        var offset = start
        while offset < bytes.count, bytes[offset] == 0x20 { offset += 1 }
        return offset < bytes.count && bytes[offset] == UInt8(ascii: "#") ? offset - start : nil
    }

    /// The line before the one that holds an offset, with its line break, when it is blank.
    func blankLine(before offset: Int) -> Range<Int>? {
        let start = lineStart(of: offset)
        guard start > 0 else { return nil }
        let isPair = start > 1 && bytes[start - 1] == 0x0A && bytes[start - 2] == 0x0D
        let previous = lineStart(of: start - (isPair ? 2 : 1))
        return isBlankLine(at: previous) ? previous..<start : nil
    }

    /// Whether a line holds nothing, and ends in a line break.
    func isBlankLine(at start: Int) -> Bool {
        let end = lineEnd(of: start)
        return end < bytes.count && bytes[start..<end].allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    /// The end of the last anchor or tag of a node that has some.
    func propertiesEnd(of node: YAMLTree.Node) -> Int {
        var offset = node.start
        var end = node.start
        while offset < node.contentStart, bytes[offset] == UInt8(ascii: "&") || bytes[offset] == UInt8(ascii: "!") {
            while offset < node.contentStart, bytes[offset] > 0x20 { offset += 1 }
            end = offset
            while offset < node.contentStart, bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
        }
        return end
    }

    /// Whether some line in a range begins with a comment.
    func hasCommentLine(in range: Range<Int>) -> Bool {
        var start = lineStart(of: range.lowerBound)
        if start < range.lowerBound { start = nextLine(after: range.lowerBound) }
        while start < range.upperBound {
            if commentIndent(ofLineAt: start) != nil { return true }
            start = nextLine(after: start)
        }
        return false
    }

    /// The column in which the lines of a block scalar begin.
    func blockColumn(of node: YAMLTree.Node) -> Int? {
        guard node.style == .literal || node.style == .folded else { return nil }
        var start = nextLine(after: node.contentStart)
        while start < node.end {
            let indent = bytes[start..<node.end].prefix { $0 == 0x20 }.count
            if start + indent < lineEnd(of: start) { return indent }
            start = nextLine(after: start)
        }
        return nil
    }

    /// The line and column of an offset.
    func mark(of offset: Int) -> Mark {
        var line = 1
        for byte in bytes[..<offset] where byte == 0x0A { line += 1 }
        let start = lineStart(of: offset)
        return Mark(line: line, column: 1 + bytes[start..<offset].count { $0 & 0xC0 != 0x80 })
    }

    private func isBreak(_ offset: Int) -> Bool {
        bytes[offset] == 0x0A || bytes[offset] == 0x0D
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// Members and elements as stretches of text: where they go, and where new ones come.
extension EditPlan {
    // MARK: - Block style

    /// Where a new neighbour comes after a member or element: below it, and below the comments that are its own.
    func insertionPoint(after span: Range<Int>, column: Int) -> Int {
        var point = text.nextLine(after: span.upperBound)
        while point < text.bytes.count, let indent = text.commentIndent(ofLineAt: point), indent > column {
            point = text.nextLine(after: point)
        }
        return point
    }

    /// Takes out members or elements with their lines; comments between them stay.
    mutating func removeBlock(_ spans: [Range<Int>], stays: [Bool]) {
        guard let first = spans.first, let firstStays = stays.first else { return }
        var handled = 0
        if !firstStays, !text.beginsLine(first.lowerBound) {
            handled = removeInlineFirst(spans, stays: stays)
        }
        for index in spans.indices.dropFirst(handled) where !stays[index] {
            removeLines(of: spans[index])
            guard index > 0, let blank = text.blankLine(before: spans[index].lowerBound) else { continue }
            let follows = text.nextLine(after: spans[index].upperBound)
            let isLast = index == spans.count - 1
            // Of two blank lines that would come together one goes too, unless a block scalar may keep it.
            if isLast || text.isBlankLine(at: follows),
                blank.lowerBound >= text.nextLine(after: spans[index - 1].upperBound)
            {
                edit(blank, [])
            }
        }
    }

    /// Takes out the lines of a span.
    mutating func removeLines(of span: Range<Int>) {
        edit(text.lineStart(of: span.lowerBound)..<text.nextLine(after: span.upperBound), [])
    }

    /// Takes out the first of several, which stands on the line of a dash, and moves up the one that follows.
    ///
    /// - Returns: How many spans that settled.
    private mutating func removeInlineFirst(_ spans: [Range<Int>], stays: [Bool]) -> Int {
        guard let next = stays.firstIndex(of: true) else { return 0 }
        let goes = spans[0].lowerBound..<spans[next].lowerBound
        if !text.hasCommentLine(in: goes), !text.hasTrailingComment(after: spans[0].upperBound) {
            edit(goes, [])
            return next
        }
        edit(text.trimmedBack(spans[0].lowerBound)..<spans[0].upperBound, [])
        return 1
    }

    // MARK: - Flow style

    /// Takes out members or elements between commas; some stay.
    mutating func removeFlow(_ spans: [Range<Int>], stays: [Bool]) {
        guard let last = stays.lastIndex(of: true) else { return }
        for index in spans.indices where !stays[index] && index < last {
            let gap = spans[index].upperBound..<spans[index + 1].lowerBound
            let end = text.bytes[gap].contains(UInt8(ascii: "#")) ? endOfComma(in: gap) : gap.upperBound
            edit(spans[index].lowerBound..<end, [])
        }
        guard last + 1 < spans.count, let final = spans.last else { return }
        edit(spans[last].upperBound..<final.upperBound, [])
    }

    private func endOfComma(in gap: Range<Int>) -> Int {
        var offset = gap.lowerBound
        while offset < gap.upperBound {
            switch text.bytes[offset] {
            case UInt8(ascii: ","): return offset + 1
            case UInt8(ascii: "#"): offset = text.nextLine(after: offset)
            default: offset += 1
            }
        }
        return gap.upperBound
    }

    /// The column at which a neighbour of something in brackets begins a line of its own.
    func flowColumn(of offset: Int) -> Int {
        let start = text.lineStart(of: offset)
        return text.bytes[start..<offset].prefix { $0 == 0x20 }.count
    }

    /// Begins a new line, or leaves a space, as the neighbour at an offset does.
    func separateFlow(_ writer: inout NodeWriter, _ neighbour: Int, column: Int) {
        if text.beginsLine(neighbour) { writer.breakLine(column: column) } else { writer.write(" ") }
    }

    /// A writer for something in the brackets or braces of a node.
    func flowWriter(for node: Int) -> NodeWriter {
        var writer = writer()
        let shape = tree.nodes[node]
        writer.isSpread = !text.isOneLine(shape.start..<shape.end)
        writer.isJSON = isJSON(shape)
        return writer
    }

    /// Whether names in braces stand in double quotes, and the document is written in braces as a whole.
    private func isJSON(_ node: YAMLTree.Node) -> Bool {
        if case .mapping(let entries) = node.content, let entry = entries.first {
            return tree.nodes[entry.key].style == .doubleQuoted
        }
        return tree.roots.contains { root in
            guard case .mapping(let entries) = tree.nodes[root].content, tree.nodes[root].style == .flow,
                let entry = entries.first
            else { return false }
            return tree.nodes[entry.key].style == .doubleQuoted
        }
    }
}

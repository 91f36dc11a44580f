// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Edits shown as `diff -u` shows them, made from the edits themselves: no search for what differs.
public struct UnifiedDiff: Sendable {
    private struct Change {
        var old: Range<Int>
        var new: [ArraySlice<UInt8>]
    }

    private let oldLines: [ArraySlice<UInt8>]
    private var changes: [Change] = []

    /// Compares two texts by the edits that lead from one to the other, as `YAMLEditor` returns them.
    public init(_ old: [UInt8], edits: [TextEdit]) {
        oldLines = Self.lines(old[...])
        var starts: [Int] = []
        for line in oldLines { starts.append(line.startIndex) }
        var index = edits.startIndex
        while index < edits.endIndex {
            let first = Self.line(at: edits[index].range.lowerBound, starts)
            var last = Self.lineEnd(of: edits[index], starts, old.count)
            var end = index + 1
            while end < edits.endIndex, Self.line(at: edits[end].range.lowerBound, starts) < max(last, first + 1) {
                last = max(last, Self.lineEnd(of: edits[end], starts, old.count))
                end += 1
            }
            let lower = first < starts.count ? starts[first] : old.count
            let upper = last < starts.count ? starts[last] : old.count
            let shifted = edits[index..<end].map {
                TextEdit(
                    range: $0.range.lowerBound - lower..<$0.range.upperBound - lower,
                    replacement: $0.replacement
                )
            }
            let new = TextEdit.applying(shifted, to: Array(old[lower..<upper]))
            add(first..<max(first, last), Self.lines(new[...]))
            index = end
        }
    }

    /// Whether nothing differs.
    public var isEmpty: Bool { changes.isEmpty }

    /// The text of the comparison, empty when nothing differs; bytes that are not UTF-8 are replaced.
    public func text(oldName: String, newName: String, context: Int = 3) -> String {
        guard !changes.isEmpty else { return "" }
        var output = "--- \(oldName)\n+++ \(newName)\n"
        var shift = 0
        var index = 0
        while index < changes.count {
            var end = index + 1
            while end < changes.count, changes[end].old.lowerBound - changes[end - 1].old.upperBound <= 2 * context {
                end += 1
            }
            output += hunk(Array(changes[index..<end]), context: context, shift: &shift)
            index = end
        }
        return output
    }

    private func hunk(_ changes: [Change], context: Int, shift: inout Int) -> String {
        guard let first = changes.first, let last = changes.last else { return "" }
        let start = max(0, first.old.lowerBound - context)
        let end = min(oldLines.count, last.old.upperBound + context)
        let growth = changes.reduce(0) { $0 + $1.new.count - $1.old.count }
        var body = ""
        var place = start
        for change in changes {
            for line in oldLines[place..<change.old.lowerBound] { body += Self.printed(" ", line) }
            for line in oldLines[change.old] { body += Self.printed("-", line) }
            for line in change.new { body += Self.printed("+", line) }
            place = change.old.upperBound
        }
        for line in oldLines[place..<end] { body += Self.printed(" ", line) }
        let old = Self.span(start, end - start)
        let new = Self.span(start + shift, end - start + growth)
        shift += growth
        return "@@ -\(old) +\(new) @@\n\(body)"
    }

    private mutating func add(_ old: Range<Int>, _ new: [ArraySlice<UInt8>]) {
        var old = old
        var new = new[...]
        while let line = new.first, !old.isEmpty, line == oldLines[old.lowerBound] {
            new.removeFirst()
            old = old.lowerBound + 1..<old.upperBound
        }
        while let line = new.last, !old.isEmpty, line == oldLines[old.upperBound - 1] {
            new.removeLast()
            old = old.lowerBound..<old.upperBound - 1
        }
        if !old.isEmpty || !new.isEmpty { changes.append(Change(old: old, new: Array(new))) }
    }

    // MARK: - Lines

    /// The lines of a text, each with its line feed.
    private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        for index in bytes.indices where bytes[index] == 0x0A {
            lines.append(bytes[start...index])
            start = index + 1
        }
        if start < bytes.endIndex { lines.append(bytes[start...]) }
        return lines
    }

    /// The line that holds an offset; the number of lines when it lies after the last line break.
    private static func line(at offset: Int, _ starts: [Int]) -> Int {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return max(0, low - 1)
    }

    /// The first line that an edit leaves alone.
    private static func lineEnd(of edit: TextEdit, _ starts: [Int], _ count: Int) -> Int {
        guard !starts.isEmpty else { return 0 }
        let line = line(at: edit.range.upperBound, starts)
        let isAtStart = starts[line] == edit.range.upperBound
        let isWhole = isAtStart && (edit.replacement.isEmpty || edit.replacement.last == 0x0A)
        let beginsLine = starts[self.line(at: edit.range.lowerBound, starts)] == edit.range.lowerBound
        return isWhole && beginsLine ? line : line + 1
    }

    private static func span(_ start: Int, _ count: Int) -> String {
        // An empty range is counted from the line before it.
        count == 1 ? "\(start + 1)" : "\(count == 0 ? start : start + 1),\(count)"
    }

    private static func printed(_ sign: String, _ line: ArraySlice<UInt8>) -> String {
        let hasBreak = line.last == 0x0A
        let text = sign + String(decoding: hasBreak ? line.dropLast() : line, as: UTF8.self)
        return hasBreak ? "\(text)\n" : "\(text)\n\\ No newline at end of file\n"
    }
}

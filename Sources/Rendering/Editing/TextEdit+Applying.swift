// Grantor
// SPDX-License-Identifier: Apache-2.0

extension TextEdit {
    /// Puts edits in the order of the text: insertions before what goes at the same place, overlapping removals as one.
    static func sorted(_ edits: [TextEdit]) -> [TextEdit] {
        let ordered = edits.enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            if first.range.lowerBound != second.range.lowerBound {
                return first.range.lowerBound < second.range.lowerBound
            }
            if first.range.isEmpty != second.range.isEmpty { return first.range.isEmpty }
            return left.offset < right.offset
        }
        var result: [TextEdit] = []
        for (_, edit) in ordered {
            if let last = result.last, last.replacement.isEmpty, edit.replacement.isEmpty,
                edit.range.lowerBound <= last.range.upperBound
            {
                let end = max(last.range.upperBound, edit.range.upperBound)
                result[result.count - 1] = TextEdit(range: last.range.lowerBound..<end, replacement: [])
            } else {
                result.append(edit)
            }
        }
        return result
    }

    /// The text with edits applied, which are in order and do not overlap.
    package static func applying(_ edits: [TextEdit], to bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + edits.reduce(0) { $0 + $1.replacement.count })
        var place = 0
        for edit in edits {
            let start = min(max(edit.range.lowerBound, place), bytes.count)
            result += bytes[place..<start]
            result += edit.replacement
            place = min(max(place, edit.range.upperBound), bytes.count)
        }
        result += bytes[place...]
        return result
    }

    /// The one edit that makes one text of another; none when they are the same.
    static func difference(from old: [UInt8], to new: [UInt8]) -> [TextEdit] {
        var start = 0
        while start < old.count, start < new.count, old[start] == new[start] { start += 1 }
        var (oldEnd, newEnd) = (old.count, new.count)
        while oldEnd > start, newEnd > start, old[oldEnd - 1] == new[newEnd - 1] {
            oldEnd -= 1
            newEnd -= 1
        }
        guard start < oldEnd || start < newEnd else { return [] }
        return [TextEdit(range: start..<oldEnd, replacement: Array(new[start..<newEnd]))]
    }
}

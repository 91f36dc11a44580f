// Grantor
// SPDX-License-Identifier: Apache-2.0

import YAMLSource

/// Comments that go with what they stand in: never without a word.
extension EditPlan {
    /// The most comments that are named one by one.
    private static let mostNotes = 20

    /// Says of each comment that edits take away where it stood.
    ///
    /// The edits are those of this plan, in order.
    mutating func noteLostComments(_ edits: [TextEdit]) {
        guard edits.contains(where: { !$0.range.isEmpty }) else { return }
        // What moves as a whole takes its comments along.
        let written = Self.commentLike(in: edits)
        var lost: [Int] = []
        var index = 0
        for comment in comments() {
            while index < edits.count, edits[index].range.upperBound <= comment.lowerBound { index += 1 }
            guard index < edits.count else { break }
            guard edits[index].range.overlaps(comment) else { continue }
            if !written.contains(text.bytes[comment]) { lost.append(comment.lowerBound) }
        }
        for offset in lost.prefix(Self.mostNotes) {
            note("a comment goes with what it stands in", at: text.mark(of: offset))
        }
        if lost.count > Self.mostNotes, let last = lost.last {
            note("\(lost.count - Self.mostNotes) more comments go likewise", at: text.mark(of: last))
        }
    }

    /// Whatever begins with `#` in new text, up to the end of its line.
    private static func commentLike(in edits: [TextEdit]) -> Set<ArraySlice<UInt8>> {
        var found: Set<ArraySlice<UInt8>> = []
        for edit in edits {
            for line in edit.replacement.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
                var rest = line
                while let start = rest.firstIndex(of: UInt8(ascii: "#")) {
                    found.insert(line[start...])
                    rest = line[(start + 1)...]
                }
            }
        }
        return found
    }

    /// The comments of the text, in order.
    private func comments() -> [Range<Int>] {
        var comments: [Range<Int>] = []
        var place = 0
        for node in tree.nodes {
            switch node.content {
            case .scalar where node.style == .literal || node.style == .folded:
                let headerEnd = min(text.lineEnd(of: node.contentStart), node.end)
                addComments(in: place..<max(place, headerEnd), to: &comments)
            case .scalar, .alias: addComments(in: place..<max(place, node.contentStart), to: &comments)
            case .sequence, .mapping: continue
            }
            place = max(place, node.end)
        }
        addComments(in: place..<text.bytes.count, to: &comments)
        return comments
    }

    private func addComments(in gap: Range<Int>, to comments: inout [Range<Int>]) {
        var offset = gap.lowerBound
        while offset < gap.upperBound {
            let follows = offset == 0 || text.bytes[offset - 1] <= 0x20 || text.bytes[offset - 1] == 0xBF
            if text.bytes[offset] == UInt8(ascii: "#"), follows {
                let end = text.lineEnd(of: offset)
                comments.append(offset..<end)
                offset = end
            } else {
                offset += 1
            }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Finds the name that somebody probably meant.
package enum Suggestion {
    /// The candidate nearest to a name, when it is near enough: the same letters in another case, or an edit distance
    /// of at most a third of its length.
    package static func nearest(to name: String, in candidates: [String]) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let folded = Array(name.lowercased().utf8)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = editDistance(folded, Array(candidate.lowercased().utf8))
            guard distance <= max(1, candidate.utf8.count / 3), distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// The number of single-byte insertions, deletions and replacements, and swaps of neighbours, between two texts.
    static func editDistance(_ lhs: [UInt8], _ rhs: [UInt8]) -> Int {
        guard !lhs.isEmpty, !rhs.isEmpty else { return max(lhs.count, rhs.count) }
        var beforeLast: [Int] = []
        var last = Array(0...rhs.count)
        for row in 1...lhs.count {
            var current = [row]
            current.reserveCapacity(rhs.count + 1)
            for column in 1...rhs.count {
                let same = lhs[row - 1] == rhs[column - 1]
                var distance = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, lhs[row - 1] == rhs[column - 2], lhs[row - 2] == rhs[column - 1] {
                    distance = min(distance, beforeLast[column - 2] + 1)
                }
                current.append(distance)
            }
            beforeLast = last
            last = current
        }
        return last[rhs.count]
    }
}

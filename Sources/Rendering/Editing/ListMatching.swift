// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Which elements of a list as it is stand for which elements of the list as it is wanted.
struct ListMatching {
    /// The place in the list as it is, for each wanted element; ascending where there is one.
    private(set) var sources: [Int?]
    /// For wanted elements without a source: where the same element stands that only changes its place.
    private(set) var moved: [Int: Int] = [:]

    /// The largest product of lengths for which the longest common part is sought.
    private static let largestTable = 250_000

    /// Matches two lists: by `id` or `name` where each element has one of its own, else by what is equal.
    init(_ current: [JSONValue], _ desired: [JSONValue]) {
        sources = Array(repeating: nil, count: desired.count)
        if !matchByName("id", current, desired), !matchByName("name", current, desired) {
            matchByValue(current, desired)
        }
        if !current.isEmpty, !desired.isEmpty, sources.allSatisfy({ $0 == nil }), moved.isEmpty { sources[0] = 0 }
    }

    // MARK: - By name

    private mutating func matchByName(_ member: String, _ current: [JSONValue], _ desired: [JSONValue]) -> Bool {
        guard !current.isEmpty, let places = Self.index(current, by: member),
            let wanted = Self.index(desired, by: member)
        else { return false }
        var pairs: [(source: Int, target: Int)] = []
        for (name, target) in wanted {
            if let source = places[name] { pairs.append((source, target)) }
        }
        pairs.sort { $0.target < $1.target }
        let kept = Self.longestAscending(pairs.map(\.source))
        var isKept = Array(repeating: false, count: pairs.count)
        for index in kept { isKept[index] = true }
        for (index, pair) in pairs.enumerated() {
            if isKept[index] {
                sources[pair.target] = pair.source
            } else if current[pair.source].isSame(as: desired[pair.target]) {
                moved[pair.target] = pair.source
            }
        }
        return true
    }

    /// The place of each element by the bytes of a member; `nil` when one has none or two have the same.
    private static func index(_ elements: [JSONValue], by member: String) -> [[UInt8]: Int]? {
        var places: [[UInt8]: Int] = [:]
        places.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let name = element[member]?.string,
                places.updateValue(index, forKey: Array(name.utf8)) == nil
            else { return nil }
        }
        return places
    }

    /// The positions of a longest strictly ascending part, in order.
    private static func longestAscending(_ numbers: [Int]) -> [Int] {
        var ends: [Int] = []
        var previous = Array(repeating: -1, count: numbers.count)
        for (index, number) in numbers.enumerated() {
            var low = 0
            var high = ends.count
            while low < high {
                let middle = (low + high) / 2
                if numbers[ends[middle]] < number { low = middle + 1 } else { high = middle }
            }
            previous[index] = low > 0 ? ends[low - 1] : -1
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var result: [Int] = []
        var index = ends.last ?? -1
        while index >= 0 {
            result.append(index)
            index = previous[index]
        }
        return result.reversed()
    }

    // MARK: - By value

    private mutating func matchByValue(_ current: [JSONValue], _ desired: [JSONValue]) {
        var start = 0
        while start < current.count, start < desired.count, current[start].isSame(as: desired[start]) {
            sources[start] = start
            start += 1
        }
        var (currentEnd, desiredEnd) = (current.count, desired.count)
        while currentEnd > start, desiredEnd > start, current[currentEnd - 1].isSame(as: desired[desiredEnd - 1]) {
            currentEnd -= 1
            desiredEnd -= 1
            sources[desiredEnd] = currentEnd
        }
        matchMiddle(current, start..<currentEnd, desired, start..<desiredEnd)
    }

    /// Matches what equal ends leave over: a longest common part, and between its elements pairs in order.
    private mutating func matchMiddle(
        _ current: [JSONValue],
        _ old: Range<Int>,
        _ desired: [JSONValue],
        _ new: Range<Int>
    ) {
        var (source, target) = (old.lowerBound, new.lowerBound)
        if old.count * new.count <= Self.largestTable {
            for (left, right) in Self.commonPart(current[old], desired[new]) {
                pairInOrder(current, source..<left, desired, target..<right)
                sources[right] = left
                (source, target) = (left + 1, right + 1)
            }
        }
        pairInOrder(current, source..<old.upperBound, desired, target..<new.upperBound)
    }

    private mutating func pairInOrder(
        _ current: [JSONValue],
        _ old: Range<Int>,
        _ desired: [JSONValue],
        _ new: Range<Int>
    ) {
        for (source, target) in zip(old, new) where current[source].typeName == desired[target].typeName {
            sources[target] = source
        }
    }

    private static func commonPart(
        _ left: ArraySlice<JSONValue>,
        _ right: ArraySlice<JSONValue>
    ) -> [(Int, Int)] {
        let width = right.count + 1
        var lengths = Array(repeating: 0, count: (left.count + 1) * width)
        for row in stride(from: left.count - 1, through: 0, by: -1) {
            for column in stride(from: right.count - 1, through: 0, by: -1) {
                let isSame = left[left.startIndex + row].isSame(as: right[right.startIndex + column])
                lengths[row * width + column] =
                    isSame
                    ? lengths[(row + 1) * width + column + 1] + 1
                    : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
            }
        }
        var pairs: [(Int, Int)] = []
        var (row, column) = (0, 0)
        while row < left.count, column < right.count {
            if left[left.startIndex + row].isSame(as: right[right.startIndex + column]) {
                pairs.append((left.startIndex + row, right.startIndex + column))
                (row, column) = (row + 1, column + 1)
            } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
                row += 1
            } else {
                column += 1
            }
        }
        return pairs
    }
}

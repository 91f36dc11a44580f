// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The members of a mapping while it is read, without duplicates; names are compared as bytes.
struct YAMLMembers {
    /// Where each member stands, in the order met.
    private(set) var entries: [YAMLNode.Entry] = []
    /// The value of each, in the same order.
    private(set) var values: [(String, JSONValue)] = []
    private var isInherited: [Bool] = []
    /// Built when the mapping has outgrown a search from the front.
    private var index: [UTF8Name: Int]?

    /// Adds a member that the mapping itself says, in place of an inherited one; false when it says it twice.
    mutating func add(_ key: String, mark: Mark, node: Int, value: JSONValue) -> Bool {
        let entry = YAMLNode.Entry(key: key, keyMark: mark, node: node)
        guard let position = position(of: key) else {
            append(entry, value, inherited: false)
            return true
        }
        guard isInherited[position] else { return false }
        entries[position] = entry
        values[position] = (key, value)
        isInherited[position] = false
        return true
    }

    /// Adds a member that comes by `<<`, unless there is one of that name.
    mutating func inherit(_ entry: YAMLNode.Entry, value: JSONValue) {
        if position(of: entry.key) == nil { append(entry, value, inherited: true) }
    }

    private mutating func append(_ entry: YAMLNode.Entry, _ value: JSONValue, inherited: Bool) {
        entries.append(entry)
        values.append((entry.key, value))
        isInherited.append(inherited)
        if index != nil {
            index?[UTF8Name(text: entry.key)] = entries.count - 1
        } else if entries.count > 16 {
            index = Dictionary(
                entries.enumerated().map { (UTF8Name(text: $0.element.key), $0.offset) },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }

    private func position(of key: String) -> Int? {
        if let index { return index[UTF8Name(text: key)] }
        return entries.firstIndex { UTF8Order.equal($0.key, key) }
    }
}

/// A name that equals another only when the bytes are the same.
private struct UTF8Name: Hashable {
    let text: String

    static func == (lhs: Self, rhs: Self) -> Bool {
        UTF8Order.equal(lhs.text, rhs.text)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

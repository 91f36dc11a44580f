// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The members of a JSON object, sorted by the bytes of their names.
///
/// Objects in Kubernetes are small, read far more often than changed, and must come out in one order; a sorted array is
/// smaller and faster for that than a hash table. Names are compared as UTF-8 bytes, because `String ==` is canonical
/// equivalence and would take two different names for one.
public struct JSONObject: Sendable {
    /// A member: its name and its value.
    public typealias Member = (name: String, value: JSONValue)

    @usableFromInline var members: [Member]

    /// Creates an object without members.
    public init() {
        members = []
    }

    /// Creates an object from members in any order; of two with one name the later stays.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        self.members = members.map { (name: $0.0, value: $0.1) }
        _ = sortKeepingLast()
    }

    /// Creates an object from an array of members, which is kept as it is when it is in order already.
    ///
    /// Of two members with one name the later stays.
    public init(members: [Member]) {
        self.members = members
        _ = sortKeepingLast()
    }

    /// Creates an object from members as a parser met them.
    ///
    /// - Parameters:
    ///   - parsed: The members in source order.
    ///   - duplicate: The first name that occurred twice, when one did; the later value stays.
    init(parsed: [Member], duplicate: inout String?) {
        members = parsed
        duplicate = sortKeepingLast()
    }

    /// The number of members.
    public var count: Int { members.count }

    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// The members, sorted by the bytes of their names; for walks over two objects at once.
    public var sortedMembers: [Member] { members }

    /// The names, sorted.
    public var names: [String] { members.map(\.name) }

    /// The value of a member; setting `nil` removes it.
    public subscript(_ name: String) -> JSONValue? {
        get {
            let (index, found) = position(of: name)
            return found ? members[index].value : nil
        }
        set {
            let (index, found) = position(of: name)
            switch (found, newValue) {
            case (true, let value?): members[index].value = value
            case (true, nil): members.remove(at: index)
            case (false, let value?): members.insert((name, value), at: index)
            case (false, nil): break
            }
        }
    }

    /// The value of a member, or the given one when it is missing; changed in place.
    public subscript(_ name: String, default fallback: @autoclosure () -> JSONValue) -> JSONValue {
        get { self[name] ?? fallback() }
        set { self[name] = newValue }
        _modify {
            let (index, found) = position(of: name)
            if !found { members.insert((name, fallback()), at: index) }
            yield &members[index].value
        }
    }

    /// A copy with each value replaced; the names stay.
    public func mapValues<Failure: Error>(_ transform: (JSONValue) throws(Failure) -> JSONValue) throws(Failure) -> Self
    {
        var copy = self
        for index in copy.members.indices {
            copy.members[index].value = try transform(copy.members[index].value)
        }
        return copy
    }

    /// Removes the members that do not satisfy a condition.
    public mutating func keep(where condition: (Member) -> Bool) {
        members.removeAll { !condition($0) }
    }

    private func position(of name: String) -> (index: Int, found: Bool) {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            let order = UTF8Order.compare(members[middle].name, name)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    private mutating func sortKeepingLast() -> String? {
        var ascending = true
        for index in members.indices.dropFirst()
        where UTF8Order.compare(members[index - 1].name, members[index].name) >= 0 {
            ascending = false
            break
        }
        if ascending { return nil }
        let sorted = members.enumerated().sorted { lhs, rhs in
            let order = UTF8Order.compare(lhs.element.name, rhs.element.name)
            return order == 0 ? lhs.offset < rhs.offset : order < 0
        }
        var duplicate: String?
        members.removeAll(keepingCapacity: true)
        for (_, member) in sorted {
            if let last = members.last, UTF8Order.compare(last.name, member.name) == 0 {
                duplicate = duplicate ?? member.name
                members[members.count - 1] = member
            } else {
                members.append(member)
            }
        }
        return duplicate
    }
}

extension JSONObject: Hashable {
    /// Whether both have the same members.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.members.count == rhs.members.count
            && zip(lhs.members, rhs.members).allSatisfy { UTF8Order.equal($0.name, $1.name) && $0.value == $1.value }
    }

    /// Feeds the members to a hasher.
    public func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(member.name)
            hasher.combine(member.value)
        }
    }
}

extension JSONObject: Sequence {
    /// Iterates over the members, sorted by name.
    public func makeIterator() -> IndexingIterator<[Member]> {
        members.makeIterator()
    }

    /// The number of members.
    public var underestimatedCount: Int { members.count }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Creates an object; of two members with one name the later stays.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}

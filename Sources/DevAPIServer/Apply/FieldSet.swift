// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A set of fields in the form of `fieldsV1`: a tree of path elements.
///
/// The tree is kept as the JSON that it is written as, so that reading it from a stored object and writing it back cost
/// nothing. A step is a member: `f:name` to a member of an object, `k:{"name":"a"}` to an element of a list by its key,
/// `v:"a"` to a value of a set, `i:0` to a position. A node without members, or with the member `.`, belongs to the set
/// itself; other nodes only lead to such ones (structured-merge-diff, `fieldpath/serialize.go`).
struct FieldSet: Sendable, Hashable {
    /// The name of the member that says that a node with children belongs to the set itself.
    static let ownMark = "."

    /// What is below the root, which itself never belongs to a set.
    private(set) var root: JSONObject

    /// Creates an empty set.
    init() {
        root = [:]
    }

    /// Takes a tree that is known to be well-formed.
    init(root: JSONObject) {
        self.root = root
    }

    /// Reads `fieldsV1`; `nil` when it is not of that form.
    init?(json: JSONValue) {
        guard var object = json.object, Self.isWellFormed(object) else { return nil }
        object[Self.ownMark] = nil
        root = object
    }

    /// The set as `fieldsV1`.
    var json: JSONValue { .object(root) }

    /// Whether no field belongs to the set.
    var isEmpty: Bool { root.isEmpty }

    private static func isWellFormed(_ node: JSONObject) -> Bool {
        for (name, child) in node {
            guard case .object(let child) = child else { return false }
            if name == ownMark {
                guard child.isEmpty else { return false }
                continue
            }
            let bytes = name.utf8
            guard let kind = bytes.first, bytes.dropFirst().first == UInt8(ascii: ":"), "fkvi".utf8.contains(kind),
                isWellFormed(child)
            else { return false }
        }
        return true
    }

    // MARK: - Steps

    /// The step to a member of an object.
    static func step(field name: String) -> String { "f:" + name }

    /// The step to an element of a list with keys; the key is an object of its key members.
    static func step(key: JSONValue) -> String { "k:" + key.jsonText }

    /// The step to a value of a set.
    static func step(value: JSONValue) -> String { "v:" + value.jsonText }

    // MARK: - Nodes

    /// Whether a node belongs to the set, beside leading to others.
    static func isOwn(_ node: JSONObject) -> Bool {
        guard let first = node.sortedMembers.first else { return true }
        return first.name == ownMark
    }

    /// A node from its children, sorted; `nil` when nothing is left of it.
    static func node(isOwn: Bool, children: [JSONObject.Member]) -> JSONObject? {
        if children.isEmpty { return isOwn ? [:] : nil }
        return JSONObject(members: isOwn ? [(ownMark, .object([:]))] + children : children)
    }

    private static func children(of node: JSONObject) -> ArraySlice<JSONObject.Member> {
        let members = node.sortedMembers
        return members.first?.name == ownMark ? members.dropFirst() : members[...]
    }

    // MARK: - Algebra

    /// The fields that belong to either set.
    func union(_ other: FieldSet) -> FieldSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        return FieldSet(root: JSONObject(members: Self.merge(root, other.root, .union)))
    }

    /// The fields that belong to both sets.
    func intersection(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return FieldSet() }
        return FieldSet(root: JSONObject(members: Self.merge(root, other.root, .intersection)))
    }

    /// The fields that belong to this set and not to the other.
    func subtracting(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return self }
        return FieldSet(root: JSONObject(members: Self.merge(root, other.root, .difference)))
    }

    private enum Operation {
        case union, intersection, difference

        func combine(_ lhs: Bool, _ rhs: Bool) -> Bool {
            switch self {
            case .union: lhs || rhs
            case .intersection: lhs && rhs
            case .difference: lhs && !rhs
            }
        }
    }

    private static func merge(_ lhs: JSONObject, _ rhs: JSONObject, _ operation: Operation) -> [JSONObject.Member] {
        var left = children(of: lhs)
        var right = children(of: rhs)
        var result: [JSONObject.Member] = []
        while let first = left.first, let second = right.first {
            let order = UTF8Order.compare(first.name, second.name)
            if order < 0 {
                if operation != .intersection { result.append(first) }
                left.removeFirst()
            } else if order > 0 {
                if operation == .union { result.append(second) }
                right.removeFirst()
            } else {
                if case .object(let one) = first.value, case .object(let two) = second.value,
                    let node = node(
                        isOwn: operation.combine(isOwn(one), isOwn(two)),
                        children: merge(one, two, operation)
                    )
                {
                    result.append((first.name, .object(node)))
                }
                left.removeFirst()
                right.removeFirst()
            }
        }
        if operation != .intersection { result.append(contentsOf: left) }
        if operation == .union { result.append(contentsOf: right) }
        return result
    }

    // MARK: - Paths

    /// Every field of the set as messages write it, as in `.spec.containers[name="a"].image`.
    var paths: [String] {
        var paths: [String] = []
        for (step, child) in root { Self.collect(child, Self.describe(step), into: &paths) }
        return paths
    }

    private static func collect(_ value: JSONValue, _ path: String, into paths: inout [String]) {
        guard case .object(let node) = value else { return }
        if isOwn(node) { paths.append(path) }
        for (step, child) in children(of: node) { collect(child, path + describe(step), into: &paths) }
    }

    /// A step as messages write it: `.name`, `[name="a"]`, `[="a"]`, `[0]`.
    static func describe(_ step: String) -> String {
        let content = String(step.dropFirst(2))
        switch step.utf8.first {
        case UInt8(ascii: "f"): return "." + content
        case UInt8(ascii: "v"): return "[=\(content)]"
        case UInt8(ascii: "k"):
            guard let key = try? JSONValue(parsing: content), let object = key.object else { return "[\(content)]" }
            return "[" + object.map { "\($0.name)=\($0.value.jsonText)" }.joined(separator: ",") + "]"
        default: return "[\(content)]"
        }
    }
}

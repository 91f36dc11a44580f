// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// One document of a YAML stream: its value, and where each part of it stands in the text.
public struct YAMLDocument: Sendable {
    /// What kubectl and Helm would send for this document; `null` when it is empty.
    public let value: JSONValue
    /// Where the document's content begins.
    public var start: Mark { nodes.isEmpty ? Mark(line: 1, column: 1) : nodes[root].mark }

    let nodes: [YAMLNode]
    let root: Int

    init(value: JSONValue, nodes: [YAMLNode], root: Int) {
        self.value = value
        self.nodes = nodes
        self.root = root
    }

    /// Where a value stands: a scalar at its first character, a member that holds a collection at its key.
    ///
    /// A path that leads nowhere falls back to the nearest ancestor that exists; `nil` only when nothing is known of
    /// positions.
    public func mark(at path: FieldPath) -> Mark? {
        guard let (place, _) = locate(path) else { return nil }
        let node = nodes[place.node]
        switch node.content {
        case .scalar(_, _, let isMissing): return isMissing ? place.keyMark ?? node.mark : node.mark
        case .sequence, .mapping: return place.keyMark ?? node.mark
        }
    }

    /// Where the key of a member stands; `nil` when there is no such member or the path ends in an index.
    public func keyMark(at path: FieldPath) -> Mark? {
        guard let (place, isWhole) = locate(path), isWhole else { return nil }
        return place.keyMark
    }

    /// The text of a plain scalar that YAML takes for something else than a string: `0123` where the value is 83.
    ///
    /// `nil` when there is no such value, or when it is a string or a collection.
    public func sourceText(at path: FieldPath) -> String? {
        guard let (place, isWhole) = locate(path), isWhole else { return nil }
        guard case .scalar(_, let source, _) = nodes[place.node].content else { return nil }
        return source
    }

    private struct Place {
        var node: Int
        var keyMark: Mark?
    }

    private func locate(_ path: FieldPath) -> (place: Place, isWhole: Bool)? {
        guard nodes.indices.contains(root) else { return nil }
        var place = Place(node: root)
        for element in path.elements {
            switch (element, nodes[place.node].content) {
            case (.index(let index), .sequence(let children)) where children.indices.contains(index):
                place = Place(node: children[index])
            case (.key(let key), .mapping(let entries)):
                guard let entry = entries.first(where: { UTF8Order.equal($0.key, key) }) else { return (place, false) }
                place = Place(node: entry.node, keyMark: entry.keyMark)
            default:
                return (place, false)
            }
        }
        return (place, true)
    }
}

/// One value of a document, by its place in the text; children are positions in `YAMLDocument.nodes`.
struct YAMLNode: Sendable {
    struct Entry: Sendable {
        let key: String
        let keyMark: Mark
        let node: Int
    }

    enum Content: Sendable {
        /// `source` is the text when it is plain and no string; `isMissing` when nothing stands there.
        case scalar(value: JSONValue, source: String?, isMissing: Bool)
        case sequence([Int])
        case mapping([Entry])
    }

    let mark: Mark
    let content: Content
}

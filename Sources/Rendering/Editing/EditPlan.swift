// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// Compares a document with what it is to mean, and collects the edits that the difference takes.
///
/// Nodes are visited in the order of the text, so that whatever an alias names has been dealt with before the alias.
struct EditPlan {
    /// Where a node stands.
    enum Place {
        /// It is the whole document.
        case root
        /// It is the value of a key; the byte after the colon, and the column of the key.
        case member(colonEnd: Int, column: Int)
        /// It is an element; the column of its dash.
        case item(column: Int)
        /// It stands in brackets or braces.
        case flow
    }

    let text: SourceText
    let tree: YAMLTree
    let layout: YAMLLayout
    let memberOrder: [String]
    /// Whether text of several lines may become a block scalar.
    var allowsBlockScalars = true
    /// The edits so far, in any order.
    private(set) var edits: [TextEdit] = []
    /// What to tell a person.
    private(set) var notes: [YAMLEditingNote] = []
    /// What nodes with an anchor mean after the edits, where that changes.
    private(set) var rewritten: [Int: JSONValue] = [:]
    /// Nodes with an anchor that go.
    private var gone: Set<Int> = []

    init(text: SourceText, tree: YAMLTree, memberOrder: [String]) {
        self.text = text
        self.tree = tree
        self.memberOrder = memberOrder
        layout = YAMLLayout(of: tree)
    }

    /// Compares a node with what is wanted in its place.
    ///
    /// Templates are nodes that show how the like is written, the nearest first.
    mutating func reconcile(
        _ node: Int,
        from current: JSONValue,
        to desired: JSONValue,
        at place: Place,
        templates: [Int]
    ) {
        let shape = tree.nodes[node]
        if case .alias(let target) = shape.content {
            if !isGone(target), (rewritten[target] ?? current).isSame(as: desired) { return }
            note("the alias is written out, because the value differs from that of its anchor", at: shape.mark)
            replace(node, with: desired, at: place, templates: templates)
            return
        }
        if current.isSame(as: desired), !shape.hasAlias || (rewritten.isEmpty && gone.isEmpty) { return }
        if shape.anchor != nil { rewritten[node] = desired }
        switch (shape.content, current, desired) {
        case (.mapping(let entries), .object(let current), .object(let desired))
        where !entries.isEmpty && !desired.isEmpty:
            reconcile(node, entries, from: current, to: desired, at: place, templates: templates)
        case (.sequence(let items), .array(let current), .array(let desired)) where !items.isEmpty && !desired.isEmpty:
            reconcile(node, items, from: current, to: desired, templates: templates)
        default:
            replace(node, with: desired, at: place, templates: templates)
        }
    }

    // MARK: - Collecting

    mutating func edit(_ range: Range<Int>, _ replacement: [UInt8]) {
        guard !range.isEmpty || !replacement.isEmpty else { return }
        edits.append(TextEdit(range: range, replacement: replacement))
    }

    mutating func note(_ message: String, at mark: Mark) {
        notes.append(YAMLEditingNote(message, at: mark))
    }

    func writer() -> NodeWriter {
        var writer = NodeWriter(tree: tree, text: text, layout: layout, memberOrder: memberOrder)
        writer.allowsBlockScalars = allowsBlockScalars
        return writer
    }

    /// Records that a node goes with everything in it.
    mutating func forget(_ node: Int) {
        let shape = tree.nodes[node]
        guard shape.hasAnchor else { return }
        if shape.anchor != nil { gone.insert(node) }
        switch shape.content {
        case .mapping(let entries):
            for entry in entries {
                forget(entry.key)
                forget(entry.value)
            }
        case .sequence(let items):
            for item in items { forget(item.value) }
        case .scalar, .alias: break
        }
    }

    func isGone(_ node: Int) -> Bool {
        gone.contains(node)
    }

    /// What a node of the text means, aliases followed.
    func value(of node: Int) -> JSONValue {
        switch tree.nodes[node].content {
        case .scalar(let value, _): return value
        case .alias(let target): return rewritten[target] ?? value(of: target)
        case .sequence(let items): return .array(items.map { value(of: $0.value) })
        case .mapping(let entries):
            var object = JSONObject()
            for entry in entries where !entry.isMerge { object[entry.name] = value(of: entry.value) }
            for (name, value) in inherited(by: entries) where object[name] == nil { object[name] = value }
            return .object(object)
        }
    }

    /// The members that a mapping takes over by `<<`, as they are after the edits so far.
    func inherited(by entries: [YAMLTree.Entry]) -> JSONObject {
        var object = JSONObject()
        for entry in entries where entry.isMerge {
            let source = rewritten[entry.value] ?? value(of: entry.value)
            for mapping in source.array ?? [source] {
                for (name, value) in mapping.object ?? [:] where object[name] == nil { object[name] = value }
            }
        }
        return object
    }
}

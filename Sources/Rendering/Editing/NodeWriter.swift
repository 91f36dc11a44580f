// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// Writes new values as the nodes beside them are written.
struct NodeWriter {
    private let tree: YAMLTree
    private let text: SourceText
    private let layout: YAMLLayout
    private let memberOrder: [String]
    /// What was written.
    private(set) var output: [UInt8] = []
    /// Whether text of several lines may become a block scalar.
    var allowsBlockScalars = true
    /// Whether names in brackets and braces are quoted, as JSON wants it.
    var isJSON = false
    /// Whether collections in brackets and braces take a line for each element where no neighbour shows it.
    var isSpread = false

    init(tree: YAMLTree, text: SourceText, layout: YAMLLayout, memberOrder: [String]) {
        self.tree = tree
        self.text = text
        self.layout = layout
        self.memberOrder = memberOrder
    }

    // MARK: - Pieces

    /// Writes text as it is.
    mutating func write(_ piece: String) {
        output += piece.utf8
    }

    /// Writes bytes as they are.
    mutating func write(_ bytes: some Sequence<UInt8>) {
        output += bytes
    }

    /// Ends a line.
    mutating func breakLine() {
        output += text.lineBreak
    }

    /// Ends a line and begins the next at a column.
    mutating func breakLine(column: Int) {
        breakLine()
        pad(column)
    }

    /// Writes spaces.
    mutating func pad(_ column: Int) {
        output += repeatElement(UInt8(ascii: " "), count: max(0, column))
    }

    // MARK: - Block style

    /// Writes a value that begins at a column of the current line; no line break after it.
    ///
    /// Templates, here and below, are nodes to imitate, the nearest first.
    mutating func writeBlock(_ value: JSONValue, column: Int, templates: [Int]) {
        switch value {
        case .object(let object) where !object.isEmpty:
            if let template = collection(of: value, in: templates), tree.nodes[template].style == .flow {
                writeFlow(value, column: column, templates: templates)
                return
            }
            for (index, (name, value)) in ordered(object, templates).enumerated() {
                if index > 0 { breakLine(column: column) }
                writeMember(name, value, column: column, templates: templates)
            }
        case .array(let elements) where !elements.isEmpty:
            if let template = collection(of: value, in: templates), tree.nodes[template].style == .flow {
                writeFlow(value, column: column, templates: templates)
                return
            }
            let inner = itemTemplates(templates)
            for (index, element) in elements.enumerated() {
                if index > 0 { breakLine(column: column) }
                writeItem(element, column: column, templates: inner)
            }
        default:
            writeScalar(value, hint: hint(templates), blockColumn: column)
        }
    }

    /// Writes `- ` and an element.
    mutating func writeItem(_ element: JSONValue, column: Int, templates: [Int], step: Int? = nil) {
        let step = step ?? layout.itemStep
        write("-")
        pad(step - 1)
        writeBlock(element, column: column + step, templates: templates)
    }

    /// Writes a member of a mapping whose keys stand in a column.
    mutating func writeMember(_ name: String, _ value: JSONValue, column: Int, templates: [Int]) {
        let (key, inner) = member(name, templates)
        var quoting = ScalarText(hint: key, prefersSingleQuotes: layout.prefersSingleQuotes)
        if key == nil { quoting.hint = keyHint(templates) }
        quoting.append(name, to: &output)
        write(":")
        writeValue(value, afterKeyIn: column, templates: inner)
    }

    /// Writes what stands after `key:`, on the same line or on those below.
    mutating func writeValue(_ value: JSONValue, afterKeyIn column: Int, templates: [Int]) {
        guard value.isFilledCollection else {
            write(" ")
            writeScalar(value, hint: hint(templates), blockColumn: column + layout.mappingStep)
            return
        }
        if let template = collection(of: value, in: templates), tree.nodes[template].style == .flow {
            write(" ")
            writeFlow(value, column: column, templates: templates)
            return
        }
        let inner = column + step(of: value)
        breakLine(column: inner)
        writeBlock(value, column: inner, templates: templates)
    }

    /// How far a collection stands to the right of its key.
    func step(of value: JSONValue) -> Int {
        value.array == nil ? layout.mappingStep : layout.dashStep
    }

    /// Writes a scalar, or the sign of an empty collection.
    mutating func writeScalar(_ value: JSONValue, hint: YAMLTree.Style?, blockColumn: Int?) {
        let scalar = ScalarText(
            hint: isJSON ? .doubleQuoted : hint,
            prefersSingleQuotes: layout.prefersSingleQuotes,
            isFlow: blockColumn == nil,
            blockColumn: allowsBlockScalars ? blockColumn.map { max($0, 1) } : nil,
            lineBreak: text.lineBreak
        )
        scalar.append(value, to: &output)
    }

    // MARK: - Flow style

    /// Writes a value in brackets and braces; lines of its own begin to the right of a column.
    mutating func writeFlow(_ value: JSONValue, column: Int, templates: [Int]) {
        guard value.isFilledCollection else {
            writeScalar(value, hint: hint(templates), blockColumn: nil)
            return
        }
        let template = collection(of: value, in: templates)
        let spread = template.map { !text.isOneLine(tree.nodes[$0].start..<tree.nodes[$0].end) } ?? isSpread
        let inner = column + layout.mappingStep
        func separate(_ index: Int, _ writer: inout NodeWriter) {
            if index > 0 { writer.write(",") }
            if spread {
                writer.breakLine(column: inner)
            } else if index > 0 {
                writer.write(" ")
            }
        }
        switch value {
        case .object(let object):
            write("{")
            for (index, (name, value)) in ordered(object, templates).enumerated() {
                separate(index, &self)
                writeFlowMember(name, value, column: inner, templates: templates)
            }
            if spread { breakLine(column: column) }
            write("}")
        case .array(let elements):
            let itemTemplates = itemTemplates(templates)
            write("[")
            for (index, element) in elements.enumerated() {
                separate(index, &self)
                writeFlow(element, column: inner, templates: itemTemplates)
            }
            if spread { breakLine(column: column) }
            write("]")
        default: break
        }
    }

    /// Writes a member in braces.
    mutating func writeFlowMember(_ name: String, _ value: JSONValue, column: Int, templates: [Int]) {
        let (key, inner) = member(name, templates)
        let hint = isJSON ? .doubleQuoted : key ?? keyHint(templates)
        ScalarText(hint: hint, prefersSingleQuotes: layout.prefersSingleQuotes, isFlow: true).append(name, to: &output)
        write(": ")
        writeFlow(value, column: column, templates: inner)
    }

    // MARK: - Templates

    /// Members in the order that a neighbour shows, then in the order preferred, then sorted.
    func ordered(_ object: JSONObject, _ templates: [Int]) -> [JSONObject.Member] {
        var ranks: [String: Int] = [:]
        for (index, name) in memberOrder.enumerated() { ranks[name] = 1_000 + index }
        if let first = templates.first(where: { isMapping($0) }), case .mapping(let entries) = tree.nodes[first].content
        {
            for (index, entry) in entries.prefix(1_000).enumerated() { ranks[entry.name] = index }
        }
        return object.sortedMembers.enumerated().sorted { left, right in
            let (leftRank, rightRank) = (ranks[left.element.name] ?? 10_000, ranks[right.element.name] ?? 10_000)
            return leftRank == rightRank ? left.offset < right.offset : leftRank < rightRank
        }
        .map(\.element)
    }

    /// How the key of a member is quoted beside, and the nodes that stand for its value there.
    func member(_ name: String, _ templates: [Int]) -> (key: YAMLTree.Style?, values: [Int]) {
        var key: YAMLTree.Style?
        var values: [Int] = []
        for template in templates {
            guard case .mapping(let entries) = tree.nodes[template].content,
                let entry = entries.first(where: { UTF8Order.equal($0.name, name) && !$0.isMerge })
            else { continue }
            key = key ?? tree.nodes[entry.key].style
            values.append(entry.value)
        }
        return (key, values)
    }

    private func keyHint(_ templates: [Int]) -> YAMLTree.Style? {
        for template in templates {
            if case .mapping(let entries) = tree.nodes[template].content, let entry = entries.first {
                return tree.nodes[entry.key].style
            }
        }
        return nil
    }

    private func itemTemplates(_ templates: [Int]) -> [Int] {
        for template in templates {
            if case .sequence(let items) = tree.nodes[template].content, let last = items.last { return [last.value] }
        }
        return []
    }

    /// How a neighbouring string is written; a scalar that is no string says nothing.
    private func hint(_ templates: [Int]) -> YAMLTree.Style? {
        for template in templates {
            if case .scalar(.string, false) = tree.nodes[template].content { return tree.nodes[template].style }
        }
        return nil
    }

    /// A neighbouring collection of the same kind with something in it.
    private func collection(of value: JSONValue, in templates: [Int]) -> Int? {
        templates.first { template in
            switch (value, tree.nodes[template].content) {
            case (.object, .mapping(let entries)): !entries.isEmpty
            case (.array, .sequence(let items)): !items.isEmpty
            default: false
            }
        }
    }

    private func isMapping(_ node: Int) -> Bool {
        if case .mapping = tree.nodes[node].content { true } else { false }
    }
}

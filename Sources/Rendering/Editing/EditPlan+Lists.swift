// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// Lists, compared element by element.
extension EditPlan {
    /// Compares the elements of a list that has some with those wanted, of which there are some.
    mutating func reconcile(
        _ node: Int,
        _ items: [YAMLTree.Item],
        from current: [JSONValue],
        to desired: [JSONValue],
        templates: [Int]
    ) {
        let matching = ListMatching(current, desired)
        let isFlow = tree.nodes[node].style == .flow
        let spans = items.map { $0.start..<max(tree.nodes[$0.value].end, $0.start + (isFlow ? 0 : 1)) }
        var targets = [Int?](repeating: nil, count: items.count)
        for (target, source) in matching.sources.enumerated() {
            if let source { targets[source] = target }
        }
        // In the order of the text, for what aliases name.
        for (index, item) in items.enumerated() {
            guard let target = targets[index] else {
                forget(item.value)
                continue
            }
            reconcile(
                item.value,
                from: current[index],
                to: desired[target],
                at: isFlow ? .flow : .item(column: tree.nodes[node].column),
                templates: neighbours(of: index, items)
            )
        }
        let stays = targets.map { $0 != nil }
        guard stays.contains(false) || matching.sources.contains(where: { $0 == nil }) else { return }
        if isFlow { removeFlow(spans, stays: stays) } else { removeBlock(spans, stays: stays) }
        var run: [Int] = []
        var previous: Int?
        for (target, source) in matching.sources.enumerated() {
            guard let source else {
                run.append(target)
                continue
            }
            insert(run.map { (desired[$0], matching.moved[$0]) }, into: node, items, spans, previous, before: source)
            run = []
            previous = source
        }
        insert(run.map { (desired[$0], matching.moved[$0]) }, into: node, items, spans, previous, before: nil)
    }

    /// Elements that show how one at a position is to be written.
    private func neighbours(of index: Int, _ items: [YAMLTree.Item]) -> [Int] {
        var nodes: [Int] = []
        for place in [index - 1, index + 1, index - 2, 0] where items.indices.contains(place) && place != index {
            nodes.append(items[place].value)
        }
        return nodes
    }

    /// Inserts elements after one that stays, or before one when none stays before them.
    private mutating func insert(
        _ elements: [(value: JSONValue, source: Int?)],
        into node: Int,
        _ items: [YAMLTree.Item],
        _ spans: [Range<Int>],
        _ previous: Int?,
        before next: Int?
    ) {
        guard !elements.isEmpty, let anchor = previous ?? next else { return }
        let templates = [items[anchor].value] + neighbours(of: anchor, items)
        if tree.nodes[node].style == .flow {
            insertFlow(elements.map(\.value), into: node, spans[anchor], isBefore: previous == nil, templates)
            return
        }
        let column = tree.nodes[node].column
        let sibling = tree.nodes[items[anchor].value]
        let isInline = sibling.column > column + 1 && text.isOneLine(spans[anchor].lowerBound..<sibling.contentStart)
        let isSeparated = items.count > 1 && text.blankLine(before: spans[max(anchor, 1)].lowerBound) != nil
        var writer = writer()
        for element in elements {
            if previous != nil {
                if isSeparated { writer.breakLine() }
                writer.pad(column)
            }
            if let source = element.source, let raw = rawText(of: items[source].value, spans[source]) {
                writer.write(raw)
            } else {
                let step = isInline ? sibling.column - column : nil
                writer.writeItem(element.value, column: column, templates: templates, step: step)
            }
            writer.breakLine()
            if previous == nil {
                if isSeparated { writer.breakLine() }
                writer.pad(column)
            }
        }
        if previous != nil {
            let point = insertionPoint(after: spans[anchor], column: column)
            edit(point..<point, writer.output)
        } else {
            edit(spans[anchor].lowerBound..<spans[anchor].lowerBound, writer.output)
        }
    }

    /// The text of an element that only changes its place; `nil` when it cannot stand elsewhere as it is.
    private func rawText(of node: Int, _ span: Range<Int>) -> ArraySlice<UInt8>? {
        let shape = tree.nodes[node]
        guard !shape.hasAlias, !shape.hasAnchor else { return nil }
        return text.bytes[span.lowerBound..<text.lineEnd(of: span.upperBound)]
    }

    private mutating func insertFlow(
        _ elements: [JSONValue],
        into node: Int,
        _ anchor: Range<Int>,
        isBefore: Bool,
        _ templates: [Int]
    ) {
        var writer = flowWriter(for: node)
        let column = flowColumn(of: anchor.lowerBound)
        for element in elements {
            if !isBefore {
                writer.write(",")
                separateFlow(&writer, anchor.lowerBound, column: column)
            }
            writer.writeFlow(element, column: column, templates: templates)
            if isBefore {
                writer.write(",")
                separateFlow(&writer, anchor.lowerBound, column: column)
            }
        }
        let point = isBefore ? anchor.lowerBound : anchor.upperBound
        edit(point..<point, writer.output)
    }
}

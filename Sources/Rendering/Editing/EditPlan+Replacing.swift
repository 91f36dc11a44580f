// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// Values that change as a whole.
extension EditPlan {
    /// Puts another value in the place of a node; an anchor on it stays.
    mutating func replace(_ node: Int, with desired: JSONValue, at place: Place, templates: [Int]) {
        forgetInside(node)
        switch place {
        case .flow: replaceFlow(node, with: desired, templates: templates)
        case .member(let colonEnd, let column) where desired.isFilledCollection:
            replaceBelow(node, with: desired, colonEnd: colonEnd, column: column, templates: templates)
        case .member(let colonEnd, let column):
            replaceMember(node, with: desired, colonEnd: colonEnd, column: column, templates: templates)
        case .item(let column):
            replaceInline(node, with: desired, column: column, missingStep: layout.itemStep, templates: templates)
        case .root:
            replaceInline(node, with: desired, column: 0, missingStep: 0, templates: templates)
        }
    }

    private mutating func forgetInside(_ node: Int) {
        switch tree.nodes[node].content {
        case .mapping(let entries):
            for entry in entries {
                forget(entry.key)
                forget(entry.value)
            }
        case .sequence(let items):
            for item in items { forget(item.value) }
        case .scalar, .alias: break
        }
        if tree.nodes[node].hasTag { forget(node) }
    }

    /// Where the replaced part of a node begins: after its anchor, but at its tag, which would say something else.
    private func beginning(of node: YAMLTree.Node) -> Int {
        node.hasTag ? node.start : node.contentStart
    }

    private func hint(for node: YAMLTree.Node, _ templates: [Int]) -> YAMLTree.Style? {
        switch node.content {
        case .scalar(.string, false): return node.style
        default:
            for template in templates {
                if case .scalar(.string, false) = tree.nodes[template].content { return tree.nodes[template].style }
            }
            return nil
        }
    }

    private mutating func replaceFlow(_ node: Int, with desired: JSONValue, templates: [Int]) {
        let shape = tree.nodes[node]
        var writer = flowWriter(for: node)
        let isMissing = shape.contentStart == shape.end
        if isMissing { writer.write(" ") }
        let column = flowColumn(of: shape.start)
        if desired.isFilledCollection {
            writer.writeFlow(desired, column: column, templates: templates)
        } else {
            writer.writeScalar(desired, hint: hint(for: shape, templates), blockColumn: nil)
        }
        edit(isMissing ? shape.end..<shape.end : beginning(of: shape)..<shape.end, writer.output)
    }

    /// Replaces the value of a key by a scalar or an empty collection, on the line of the key.
    private mutating func replaceMember(
        _ node: Int,
        with desired: JSONValue,
        colonEnd: Int,
        column: Int,
        templates: [Int]
    ) {
        let shape = tree.nodes[node]
        var writer = writer()
        let isMissing = shape.contentStart == shape.end
        let isBelow = shape.style == .block && text.beginsLine(shape.contentStart)
        let before = shape.start < shape.contentStart ? text.propertiesEnd(of: shape) : colonEnd
        if text.hasTrailingComment(after: isMissing || isBelow ? before : shape.end) {
            writer.allowsBlockScalars = false
        }
        if isMissing || isBelow { writer.write(" ") }
        let blockColumn = text.blockColumn(of: shape) ?? column + layout.mappingStep
        writer.writeScalar(desired, hint: hint(for: shape, templates), blockColumn: blockColumn)
        if isMissing {
            let point = max(colonEnd, shape.end)
            edit(point..<point, writer.output)
        } else if isBelow {
            edit(shape.hasTag ? shape.start..<before : before..<before, writer.output)
            removeChildren(of: shape)
        } else {
            edit(beginning(of: shape)..<shape.end, writer.output)
        }
    }

    /// Takes out the lines of everything in a collection, but not the comments between.
    private mutating func removeChildren(of shape: YAMLTree.Node) {
        switch shape.content {
        case .mapping(let entries):
            for entry in entries {
                removeLines(of: tree.nodes[entry.key].start..<max(tree.nodes[entry.value].end, entry.colonEnd))
            }
        case .sequence(let items):
            for item in items { removeLines(of: item.start..<max(tree.nodes[item.value].end, item.start + 1)) }
        case .scalar, .alias: break
        }
    }

    /// Replaces the value of a key by a collection on the lines below the key.
    private mutating func replaceBelow(
        _ node: Int,
        with desired: JSONValue,
        colonEnd: Int,
        column: Int,
        templates: [Int]
    ) {
        let shape = tree.nodes[node]
        var writer = writer()
        let inner = column + writer.step(of: desired)
        writer.pad(inner)
        writer.writeBlock(desired, column: inner, templates: templates)
        writer.breakLine()
        let start = beginning(of: shape)
        if shape.contentStart == shape.end {
            let point = text.nextLine(after: max(colonEnd, shape.end))
            edit(point..<point, writer.output)
        } else if text.beginsLine(start) {
            if shape.style == .block { removeChildren(of: shape) } else { removeLines(of: start..<shape.end) }
            let point = text.nextLine(after: shape.end)
            edit(point..<point, writer.output)
        } else {
            edit(max(colonEnd, text.trimmedBack(start))..<shape.end, [])
            let point = text.nextLine(after: shape.end)
            edit(point..<point, writer.output)
        }
    }

    /// Replaces an element, or the whole document, where it begins.
    private mutating func replaceInline(
        _ node: Int,
        with desired: JSONValue,
        column: Int,
        missingStep: Int,
        templates: [Int]
    ) {
        let shape = tree.nodes[node]
        var writer = writer()
        let isMissing = shape.contentStart == shape.end
        let start = beginning(of: shape)
        if text.hasTrailingComment(after: shape.end) { writer.allowsBlockScalars = false }
        if isMissing { writer.pad(missingStep - 1) }
        let inner = isMissing ? column + missingStep : shape.column
        if desired.isFilledCollection {
            writer.writeBlock(desired, column: inner, templates: templates)
        } else {
            writer.writeScalar(desired, hint: hint(for: shape, templates), blockColumn: inner)
        }
        edit(isMissing ? shape.end..<shape.end : start..<shape.end, writer.output)
    }
}

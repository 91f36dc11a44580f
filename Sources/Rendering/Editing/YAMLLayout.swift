// Grantor
// SPDX-License-Identifier: Apache-2.0

import YAMLSource

/// How a text is laid out, as far as most of it agrees.
struct YAMLLayout {
    /// By how many columns a mapping stands to the right of the key that it belongs to.
    var mappingStep = 2
    /// By how many columns a `-` stands to the right of the key that its list belongs to.
    var dashStep = 0
    /// By how many columns an element stands to the right of its `-`.
    var itemStep = 2
    /// Whether quotes, where they are needed, are single ones.
    var prefersSingleQuotes = false

    /// Counts what stands in a text.
    init(of tree: YAMLTree) {
        var mappingSteps: [Int: Int] = [:]
        var dashSteps: [Int: Int] = [:]
        var itemSteps: [Int: Int] = [:]
        var singles = 0
        var doubles = 0
        for node in tree.nodes {
            switch node.content {
            case .mapping(let entries) where node.style == .block:
                for entry in entries {
                    let value = tree.nodes[entry.value]
                    guard value.style == .block, value.column >= node.column else { continue }
                    if case .mapping = value.content {
                        mappingSteps[value.column - node.column, default: 0] += 1
                    } else {
                        dashSteps[value.column - node.column, default: 0] += 1
                    }
                }
            case .sequence(let items) where node.style == .block:
                for item in items {
                    let value = tree.nodes[item.value]
                    if value.mark.line == node.mark.line || value.style == .block, value.column > node.column {
                        itemSteps[value.column - node.column, default: 0] += 1
                    }
                }
            case .scalar:
                if node.style == .singleQuoted { singles += 1 }
                if node.style == .doubleQuoted { doubles += 1 }
            default: break
            }
        }
        mappingStep = max(1, Self.mostFrequent(mappingSteps) ?? mappingStep)
        dashStep = Self.mostFrequent(dashSteps) ?? dashStep
        itemStep = max(2, Self.mostFrequent(itemSteps) ?? itemStep)
        prefersSingleQuotes = singles > doubles
    }

    private static func mostFrequent(_ counts: [Int: Int]) -> Int? {
        counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
    }
}

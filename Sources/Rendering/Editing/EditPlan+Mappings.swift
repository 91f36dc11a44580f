// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// Mappings, compared by key.
extension EditPlan {
    /// Compares the members of a mapping that has some with those wanted, of which there are some.
    mutating func reconcile(
        _ node: Int,
        _ entries: [YAMLTree.Entry],
        from current: JSONObject,
        to desired: JSONObject,
        at place: Place,
        templates: [Int]
    ) {
        let merging = entries.contains(where: \.isMerge)
        let inherited = merging ? inherited(by: entries) : JSONObject()
        let writesOut =
            merging
            && (inherited.contains { desired[$0.name] == nil }
                || entries.contains { $0.isMerge && namesGone($0.value) })
        let own = Set(entries.lazy.filter { !$0.isMerge }.map { Array($0.name.utf8) })
        let added = desired.filter { name, value in
            guard !own.contains(Array(name.utf8)) else { return false }
            return writesOut || !(inherited[name]?.isSame(as: value) ?? false)
        }
        let stays = entries.map { $0.isMerge ? !writesOut : desired[$0.name] != nil }
        let changesMembers = !added.isEmpty || stays.contains(false)
        if changesMembers, !stays.contains(true) || entries.contains(where: \.isUnusual) {
            note("the mapping is written anew", at: tree.nodes[node].mark)
            replace(node, with: .object(desired), at: place, templates: templates)
            return
        }
        if writesOut {
            note("what << takes over is written out, since not all of it is wanted", at: tree.nodes[node].mark)
        }
        let isFlow = tree.nodes[node].style == .flow
        let column = tree.nodes[node].column
        let helper = writer()
        for (entry, stays) in zip(entries, stays) {
            guard stays else {
                forget(entry.value)
                continue
            }
            guard !entry.isMerge, let value = desired[entry.name] else { continue }
            let inner: Place = isFlow ? .flow : .member(colonEnd: entry.colonEnd, column: column)
            reconcile(
                entry.value,
                from: current[entry.name] ?? .null,
                to: value,
                at: inner,
                templates: helper.member(entry.name, templates).values
            )
        }
        guard changesMembers else { return }
        let spans = entries.map { tree.nodes[$0.key].start..<max(tree.nodes[$0.value].end, $0.colonEnd) }
        let members = helper.ordered(JSONObject(members: added), templates.isEmpty ? [node] : templates)
        if isFlow {
            removeFlow(spans, stays: stays)
            insertFlow(members, into: node, spans, stays: stays, templates: templates)
        } else {
            removeBlock(spans, stays: stays)
            insertBlock(members, into: node, spans, stays: stays, templates: templates)
        }
    }

    /// Whether an alias, or a list of aliases, names something that goes.
    private func namesGone(_ node: Int) -> Bool {
        switch tree.nodes[node].content {
        case .alias(let target): isGone(target)
        case .sequence(let items): items.contains { namesGone($0.value) }
        default: false
        }
    }

    private mutating func insertBlock(
        _ members: [JSONObject.Member],
        into node: Int,
        _ spans: [Range<Int>],
        stays: [Bool],
        templates: [Int]
    ) {
        guard !members.isEmpty, let last = stays.lastIndex(of: true) else { return }
        let column = tree.nodes[node].column
        var writer = writer()
        for (name, value) in members {
            writer.pad(column)
            writer.writeMember(name, value, column: column, templates: templates)
            writer.breakLine()
        }
        let point = insertionPoint(after: spans[last], column: column)
        edit(point..<point, writer.output)
    }

    private mutating func insertFlow(
        _ members: [JSONObject.Member],
        into node: Int,
        _ spans: [Range<Int>],
        stays: [Bool],
        templates: [Int]
    ) {
        guard !members.isEmpty, let last = stays.lastIndex(of: true) else { return }
        var writer = flowWriter(for: node)
        let column = flowColumn(of: spans[last].lowerBound)
        for (name, value) in members {
            writer.write(",")
            separateFlow(&writer, spans[last].lowerBound, column: column)
            writer.writeFlowMember(name, value, column: column, templates: templates)
        }
        edit(spans[last].upperBound..<spans[last].upperBound, writer.output)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What differs between two states of an object, field by field (`Compare` of structured-merge-diff).
struct FieldComparison: Sendable {
    /// The fields that are new or have another value.
    private(set) var changed = FieldSet()
    /// The fields that are gone.
    private(set) var removed = FieldSet()

    /// Compares two states.
    ///
    /// - Parameters:
    ///   - old: The earlier state; empty for a new object.
    ///   - new: The later state.
    ///   - schema: What the kind looks like.
    ///   - reach: What the request can reach; the rest is not looked at.
    init(_ old: JSONObject, _ new: JSONObject, schema: StructuralSchema?, reach: FieldWriter.Reach) {
        var difference = Difference()
        Self.walk(old, new) { name, before, after in
            guard FieldScope.tracks(root: name, reach) else { return }
            if name == "metadata" {
                var inner = Difference()
                Self.walk(before?.object ?? [:], after?.object ?? [:]) { name, before, after in
                    guard FieldScope.tracks(metadata: name) else { return }
                    inner.add(
                        FieldSet.step(field: name),
                        Self.compare(before, after, StructuralSchema.objectMeta.property(name))
                    )
                }
                difference.add("f:metadata", inner.node(isChanged: false, isRemoved: false))
            } else {
                difference.add(FieldSet.step(field: name), Self.compare(before, after, schema?.member(name)))
            }
        }
        changed = FieldSet(root: JSONObject(members: difference.changed))
        removed = FieldSet(root: JSONObject(members: difference.removed))
    }

    /// Whether nothing differs.
    var isEmpty: Bool { changed.isEmpty && removed.isEmpty }

    /// The two nodes of one field; `nil` where nothing is to be said.
    private struct Nodes {
        var changed: JSONObject?
        var removed: JSONObject?
    }

    /// The two lists of children of one node.
    private struct Difference {
        var changed: [JSONObject.Member] = []
        var removed: [JSONObject.Member] = []

        mutating func add(_ step: @autoclosure () -> String, _ nodes: Nodes) {
            guard nodes.changed != nil || nodes.removed != nil else { return }
            let step = step()
            if let node = nodes.changed { changed.append((step, .object(node))) }
            if let node = nodes.removed { removed.append((step, .object(node))) }
        }

        func node(isChanged: Bool, isRemoved: Bool) -> Nodes {
            Nodes(
                changed: FieldSet.node(isOwn: isChanged, children: changed),
                removed: FieldSet.node(isOwn: isRemoved, children: removed)
            )
        }

        mutating func sort() {
            changed = JSONObject(members: changed).sortedMembers
            removed = JSONObject(members: removed).sortedMembers
        }
    }

    /// Goes over the members of two objects at once, in order.
    private static func walk(
        _ old: JSONObject,
        _ new: JSONObject,
        _ visit: (String, JSONValue?, JSONValue?) -> Void
    ) {
        let before = old.sortedMembers
        let after = new.sortedMembers
        var left = 0
        var right = 0
        while left < before.count || right < after.count {
            let order =
                left == before.count
                ? 1 : right == after.count ? -1 : UTF8Order.compare(before[left].name, after[right].name)
            if order < 0 {
                visit(before[left].name, before[left].value, nil)
                left += 1
            } else if order > 0 {
                visit(after[right].name, nil, after[right].value)
                right += 1
            } else {
                visit(before[left].name, before[left].value, after[right].value)
                left += 1
                right += 1
            }
        }
    }

    private static func compare(_ old: JSONValue?, _ new: JSONValue?, _ schema: StructuralSchema?) -> Nodes {
        switch (old, new) {
        case (nil, nil): return Nodes()
        case (nil, let new?): return Nodes(changed: whole(new, schema), removed: nil)
        case (let old?, nil): return Nodes(changed: nil, removed: whole(old, schema))
        case (let old?, let new?):
            let before = FieldShape(old, schema, beside: new)
            let after = FieldShape(new, schema, beside: old)
            if before.isEmpty, after.isEmpty { return leaf(old, new) }
            switch (before, after) {
            case (.members(let one), .members(let two)):
                var difference = Difference()
                walk(one, two) { name, before, after in
                    difference.add(FieldSet.step(field: name), compare(before, after, schema?.member(name)))
                }
                return difference.node(isChanged: false, isRemoved: false)
            case (.elements(let one, let keys), .elements(let two, _)):
                return one == two ? Nodes() : compare(one, two, keys, schema?.attributes.items)
            default: return leaf(old, new)
            }
        }
    }

    private static func leaf(_ old: JSONValue, _ new: JSONValue) -> Nodes {
        old == new ? Nodes() : Nodes(changed: [:], removed: nil)
    }

    private static func compare(
        _ old: [JSONValue],
        _ new: [JSONValue],
        _ keys: ListKeys,
        _ schema: StructuralSchema?
    ) -> Nodes {
        var before: [JSONValue: JSONValue] = keys.table(old)
        var seen: Set<JSONValue> = []
        var difference = Difference()
        for element in new {
            guard let key = keys.key(of: element), seen.insert(key).inserted else { continue }
            let earlier = before.removeValue(forKey: key)
            difference.add(keys.step(toKey: key), compare(earlier, element, schema))
        }
        for (key, element) in before { difference.add(keys.step(toKey: key), compare(element, nil, schema)) }
        difference.sort()
        return difference.node(isChanged: false, isRemoved: false)
    }

    /// The node of a field that came or went with all that is in it; every node on the way belongs to the set.
    private static func whole(_ value: JSONValue, _ schema: StructuralSchema?) -> JSONObject? {
        var children: [JSONObject.Member] = []
        switch FieldShape(value, schema) {
        case .leaf: return [:]
        case .members(let object):
            children.reserveCapacity(object.count)
            for (name, value) in object {
                guard let node = whole(value, schema?.member(name)) else { continue }
                children.append((FieldSet.step(field: name), .object(node)))
            }
        case .elements(let array, let keys):
            for element in array {
                guard let step = keys.step(to: element) else { continue }
                children.append((step, .object(whole(element, schema?.attributes.items) ?? [:])))
            }
            children = JSONObject(members: children).sortedMembers
        }
        let isOwn = children.isEmpty || !(schema?.attributes.isAlwaysPresent ?? false)
        return FieldSet.node(isOwn: isOwn, children: children)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Merging an applied document into an object, and removing fields from one.
enum FieldMerge {
    /// The object with everything that the document names (`Merge` of structured-merge-diff).
    static func merge(_ live: JSONValue, _ applied: JSONValue, _ schema: StructuralSchema?) -> JSONValue {
        switch (FieldShape(live, schema, beside: applied), FieldShape(applied, schema, beside: live)) {
        case (.members(var object), .members(let document)):
            if object.isEmpty, document.isEmpty { return applied }
            for (name, value) in document {
                if let earlier = object[name] {
                    object[name] = merge(earlier, value, schema?.member(name))
                } else {
                    object[name] = value
                }
            }
            return .object(object)
        case (.elements(let array, let keys), .elements(let document, _)):
            if array.isEmpty, document.isEmpty { return applied }
            return .array(merge(array, document, keys, schema?.attributes.items))
        default: return applied
        }
    }

    /// Merges two lists: elements of the document in its order, the others where they stood among their neighbours.
    private static func merge(
        _ live: [JSONValue],
        _ applied: [JSONValue],
        _ keys: ListKeys,
        _ schema: StructuralSchema?
    ) -> [JSONValue] {
        let earlier = keys.table(live)
        let wanted = keys.table(applied)
        // The elements that both lists hold, in the order of the document; the next one waits at the front.
        var shared = applied.compactMap { keys.key(of: $0) }.filter { earlier[$0] != nil }[...]
        var result: [JSONValue] = []
        result.reserveCapacity(live.count + applied.count)
        var left = 0
        var right = 0
        while left < live.count || right < applied.count {
            let liveKey = left < live.count ? keys.key(of: live[left]) : nil
            let isWanted = liveKey.map { wanted[$0] != nil } ?? false
            if left < live.count, !isWanted {
                result.append(live[left])
                left += 1
                continue
            }
            // A shared element that is not the next one in the document's order comes when its turn is there.
            if left < live.count, liveKey != shared.first || right == applied.count {
                left += 1
                continue
            }
            guard right < applied.count else { continue }
            let key = keys.key(of: applied[right])
            if let key, let before = earlier[key] {
                result.append(merge(before, applied[right], schema))
                if key == liveKey { left += 1 }
                if key == shared.first { shared.removeFirst() }
            } else {
                result.append(applied[right])
            }
            right += 1
        }
        return result
    }

    /// The object without the fields of a set; objects and lists that lose their last content go as well.
    static func removing(_ fields: FieldSet, from object: JSONObject, _ schema: StructuralSchema?) -> JSONObject {
        removing(fields.root, from: object, schema)
    }

    private static func removing(
        _ node: JSONObject,
        from object: JSONObject,
        _ schema: StructuralSchema?
    ) -> JSONObject {
        var result = object
        for (step, value) in node {
            guard step.utf8.first == UInt8(ascii: "f"), case .object(let child) = value else { continue }
            let name = String(step.dropFirst(2))
            guard let field = object[name] else { continue }
            result[name] = FieldSet.isOwn(child) ? nil : removing(child, from: field, schema?.member(name))
        }
        return result
    }

    private static func removing(
        _ node: JSONObject,
        from value: JSONValue,
        _ schema: StructuralSchema?
    ) -> JSONValue? {
        switch FieldShape(value, schema) {
        case .leaf: return value
        case .members(let object):
            let rest = removing(node, from: object, schema)
            return rest.isEmpty && !object.isEmpty ? nil : .object(rest)
        case .elements(let array, let keys):
            let rest = array.compactMap { element -> JSONValue? in
                guard let step = keys.step(to: element), case .object(let child)? = node[step] else { return element }
                return FieldSet.isOwn(child) ? nil : removing(child, from: element, schema?.attributes.items)
            }
            return rest.isEmpty && !array.isEmpty ? nil : .array(rest)
        }
    }
}

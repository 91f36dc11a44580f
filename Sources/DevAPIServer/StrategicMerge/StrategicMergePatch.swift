// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A strategic merge patch: a merge patch that knows lists with keys (built-in kinds only).
///
/// Which lists are merged, and by which member, stands in the schema (`patchStrategy`, `patchMergeKey`). Directives are
/// `$patch: replace|delete|merge`, `$retainKeys`, `$deleteFromPrimitiveList/x` and `$setElementOrder/x`
/// (`apimachinery/pkg/util/strategicpatch`).
struct StrategicMergePatch: Sendable, Hashable {
    /// Why a patch cannot be applied.
    struct Failure: Error, Sendable, Hashable {
        /// What is wrong, for people; the message of a 400 (`BadRequest`).
        let message: String
    }

    /// The patch document.
    let document: JSONValue

    private static let patchDirective = "$patch"
    private static let retainKeys = "$retainKeys"
    private static let deletePrefix = "$deleteFromPrimitiveList/"
    private static let orderPrefix = "$setElementOrder/"

    /// The target after the patch.
    ///
    /// - Throws: `Failure` when a directive cannot be read or an element lacks its merge key.
    func applied(to target: JSONValue, schema: StructuralSchema?) throws(Failure) -> JSONValue {
        guard let patch = document.object else {
            throw Failure(message: "cannot apply a strategic merge patch that is no object")
        }
        return .object(try Self.merge(patch, into: target.object ?? [:], schema))
    }

    // MARK: - Objects

    private static func merge(
        _ patch: JSONObject,
        into original: JSONObject,
        _ schema: StructuralSchema?
    ) throws(Failure) -> JSONObject {
        var patch = patch
        if let directive = patch[patchDirective] {
            patch[patchDirective] = nil
            switch directive.string {
            case "replace": return try merge(patch, into: [:], schema)
            case "delete": return [:]
            case "merge": break
            default: throw Failure(message: "unknown patch type: \(directive.jsonText)")
            }
        }
        var result = original
        if let retained = patch[retainKeys] {
            patch[retainKeys] = nil
            try keep(retained, of: &result, patch)
        }
        for (name, value) in patch {
            if name.hasPrefix(deletePrefix) {
                try deleteValues(value, ofList: String(name.dropFirst(deletePrefix.utf8.count)), in: &result)
            } else if !name.hasPrefix(orderPrefix) {
                result[name] = try merge(value, into: result[name], schema?.member(name))
            }
        }
        for (name, order) in patch where name.hasPrefix(orderPrefix) {
            let list = String(name.dropFirst(orderPrefix.utf8.count))
            guard let elements = result[list]?.array, let order = order.array else { continue }
            result[list] = .array(
                arrange(elements, like: order, server: original[list]?.array ?? [], schema?.member(list))
            )
        }
        return result
    }

    /// One member after the patch; `nil` when the patch removes it.
    private static func merge(
        _ patch: JSONValue,
        into original: JSONValue?,
        _ schema: StructuralSchema?
    ) throws(Failure) -> JSONValue? {
        switch patch {
        case .null: return nil
        case .object(let members):
            let replaces = strategies(schema).contains("replace")
            return .object(try merge(members, into: replaces ? [:] : original?.object ?? [:], schema))
        case .array(let elements):
            guard strategies(schema).contains("merge") else { return .array(try stripped(elements)) }
            return .array(try merge(elements, into: original?.array ?? [], schema))
        default: return patch
        }
    }

    private static func strategies(_ schema: StructuralSchema?) -> [String] {
        schema?.attributes.patchStrategy?.split(separator: ",").map(String.init) ?? []
    }

    private static func keep(
        _ retained: JSONValue,
        of original: inout JSONObject,
        _ patch: JSONObject
    ) throws(Failure) {
        guard let names = retained.array?.map(\.string), !names.contains(nil) else {
            throw Failure(message: "invalid \(retainKeys) value: \(retained.jsonText)")
        }
        for name in patch.names where !name.hasPrefix("$") && patch[name] != .null && !names.contains(name) {
            throw Failure(message: "\(retainKeys) directive must list all fields of the patch, and lacks \"\(name)\"")
        }
        original.keep { names.contains($0.name) }
    }

    private static func deleteValues(
        _ values: JSONValue,
        ofList name: String,
        in object: inout JSONObject
    ) throws(Failure) {
        guard let values = values.array else {
            throw Failure(message: "invalid value of \(deletePrefix)\(name): it must be a list")
        }
        guard let list = object[name]?.array else { return }
        object[name] = .array(list.filter { !values.contains($0) })
    }

    // MARK: - Lists

    private static func merge(
        _ patch: [JSONValue],
        into original: [JSONValue],
        _ schema: StructuralSchema?
    ) throws(Failure) -> [JSONValue] {
        guard let mergeKey = schema?.attributes.patchMergeKey else {
            let fresh = patch.filter { !original.contains($0) }
            var unique: [JSONValue] = []
            for value in fresh where !unique.contains(value) { unique.append(value) }
            return arrange(original + unique, like: patch, server: original, schema)
        }
        var result = original
        var contents: [JSONValue] = []
        for element in patch {
            guard var members = element.object else {
                throw Failure(message: "expected a list of objects merged by \"\(mergeKey)\"")
            }
            let directive = members[patchDirective]
            members[patchDirective] = nil
            switch directive?.string {
            case "replace": return try stripped(patch.filter { $0[patchDirective] == nil })
            case "delete":
                let key = try key(mergeKey, of: members)
                result.removeAll { $0[mergeKey] == key }
            case nil, "merge":
                if directive != nil, members.isEmpty { continue }
                _ = try key(mergeKey, of: members)
                contents.append(.object(members))
            default: throw Failure(message: "unknown patch type: \(directive?.jsonText ?? "")")
            }
        }
        let items = schema?.attributes.items
        for element in contents {
            guard let members = element.object else { continue }
            if let index = result.firstIndex(where: { $0[mergeKey] == members[mergeKey] }) {
                result[index] = .object(try merge(members, into: result[index].object ?? [:], items))
            } else {
                result.append(.object(try merge(members, into: [:], items)))
            }
        }
        return arrange(result, like: contents, server: original, schema)
    }

    private static func key(_ mergeKey: String, of members: JSONObject) throws(Failure) -> JSONValue {
        guard let key = members[mergeKey] else {
            throw Failure(
                message: "map: \(JSONValue.object(members).jsonText) does not contain declared merge key: \(mergeKey)"
            )
        }
        return key
    }

    /// Elements of a list that is replaced, without the directives in them.
    private static func stripped(_ elements: [JSONValue]) throws(Failure) -> [JSONValue] {
        var result: [JSONValue] = []
        for element in elements {
            guard let members = element.object else {
                result.append(element)
                continue
            }
            if members[patchDirective] != nil, members.count == 1 { continue }
            result.append(.object(try merge(members, into: [:], nil)))
        }
        return result
    }

    /// Orders a merged list: what an order names in its order, the rest where the server had it among those.
    private static func arrange(
        _ merged: [JSONValue],
        like order: [JSONValue],
        server: [JSONValue],
        _ schema: StructuralSchema?
    ) -> [JSONValue] {
        let mergeKey = schema?.attributes.patchMergeKey
        let identity: (JSONValue) -> JSONValue = { element in mergeKey.flatMap { element[$0] } ?? element }
        let positions = positions(of: order.map(identity))
        let serverPositions = self.positions(of: server.map(identity))
        let named = merged.filter { positions[identity($0)] != nil }
            .sorted { (positions[identity($0)] ?? 0) < (positions[identity($1)] ?? 0) }
        let others = merged.filter { positions[identity($0)] == nil }
        var result: [JSONValue] = []
        var left = others[...]
        var right = named[...]
        while let other = left.first, let next = right.first {
            if let one = serverPositions[identity(other)], let two = serverPositions[identity(next)], one < two {
                result.append(other)
                left.removeFirst()
            } else {
                result.append(next)
                right.removeFirst()
            }
        }
        return result + left + right
    }

    private static func positions(of keys: [JSONValue]) -> [JSONValue: Int] {
        Dictionary(keys.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
}

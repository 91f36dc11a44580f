// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// Puts defaults where members are missing, or `null` where that is no value.
    func applyDefaults(to value: inout JSONValue) {
        guard hasDefaults else { return }
        switch value {
        case .object(var object):
            value = .null
            for property in properties where property.schema.hasDefaults {
                let found = object[property.name]
                if let fallback = property.schema.attributes.defaultValue,
                    found == nil || (found == .null && !property.schema.attributes.isNullable)
                {
                    object[property.name] = fallback
                } else if found == nil {
                    continue
                }
                property.schema.applyDefaults(to: &object[property.name, default: .null])
            }
            if let additional = attributes.additionalProperties, additional.hasDefaults {
                for name in object.names where property(name) == nil {
                    additional.applyDefaults(to: &object[name, default: .null])
                }
            }
            value = .object(object)
        case .array(var array):
            guard let items = attributes.items, items.hasDefaults else { return }
            value = .null
            for index in array.indices { items.applyDefaults(to: &array[index]) }
            value = .array(array)
        default: break
        }
    }

    /// Removes members that are not declared.
    ///
    /// Members of Go types that are `null` are removed too, without being told of: there `null` means missing.
    ///
    /// - Returns: The paths of what was removed, in the order of the document; the server reports them as
    ///   `unknown field "spec.x"`.
    func prune(_ value: inout JSONValue) -> [FieldPath] {
        // Most objects need no pruning: look first, and copy only what changes.
        guard needsPruning(value) else { return [] }
        var removed: [FieldPath] = []
        var path = FieldPath()
        prune(&value, at: &path, into: &removed)
        return removed
    }

    /// Whether everything below is kept as it is.
    private var keepsEverything: Bool {
        attributes.preservesUnknownFields && properties.isEmpty
            || (attributes.type == nil && !attributes.isIntOrString && properties.isEmpty && attributes.items == nil)
    }

    private func needsPruning(_ value: JSONValue) -> Bool {
        if keepsEverything { return false }
        switch value {
        case .object(let object):
            for (name, child) in object {
                guard let schema = member(name) else {
                    if attributes.preservesUnknownFields { continue }
                    return true
                }
                if child.isNull ? schema.attributes.isGoType : schema.needsPruning(child) { return true }
            }
            return false
        case .array(let array):
            guard let items = attributes.items else { return false }
            return array.contains { items.needsPruning($0) }
        default: return false
        }
    }

    private func prune(_ value: inout JSONValue, at path: inout FieldPath, into removed: inout [FieldPath]) {
        if keepsEverything { return }
        switch value {
        case .object(let object):
            var kept: [JSONObject.Member] = []
            kept.reserveCapacity(object.count)
            for (name, var child) in object {
                guard let schema = member(name) else {
                    if attributes.preservesUnknownFields {
                        kept.append((name, child))
                    } else {
                        removed.append(path.appending(key: name))
                    }
                    continue
                }
                if child.isNull, schema.attributes.isGoType { continue }
                path.append(key: name)
                schema.prune(&child, at: &path, into: &removed)
                path.removeLast()
                kept.append((name, child))
            }
            value = .object(JSONObject(members: kept))
        case .array(var array):
            guard let items = attributes.items else { return }
            value = .null
            for index in array.indices {
                path.append(index: index)
                items.prune(&array[index], at: &path, into: &removed)
                path.removeLast()
            }
            value = .array(array)
        default: break
        }
    }
}

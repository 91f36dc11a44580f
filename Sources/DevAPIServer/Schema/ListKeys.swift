// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// How the elements of a list are told apart: as values of a set, or by key members.
struct ListKeys {
    private let attributes: StructuralSchema.Attributes

    /// Creates the keys of a list that a schema describes.
    init(_ attributes: StructuralSchema.Attributes) {
        self.attributes = attributes
    }

    /// Whether elements are told apart by their values.
    var isSet: Bool { attributes.listType == .set }

    /// The first key member that an element lacks and that has no default.
    func missingKey(of element: JSONValue) -> String? {
        guard attributes.listType == .map, let object = element.object else { return nil }
        return attributes.listMapKeys.first { name in
            (object[name] ?? attributes.items?.property(name)?.attributes.defaultValue) == nil
        }
    }

    /// The key of an element: itself in a set, an object of its key members in a map; `nil` when it has none.
    ///
    /// A key member that is missing takes its default, as `protocol` of ports does.
    func key(of element: JSONValue) -> JSONValue? {
        switch attributes.listType {
        case .set: return element
        case .map:
            guard let object = element.object else { return nil }
            var members: [JSONObject.Member] = []
            members.reserveCapacity(attributes.listMapKeys.count)
            for name in attributes.listMapKeys {
                if let value = object[name] ?? attributes.items?.property(name)?.attributes.defaultValue {
                    members.append((name, value))
                }
            }
            return members.isEmpty ? nil : .object(JSONObject(members: members))
        case .atomic, nil: return nil
        }
    }

    /// The step to the element of a key in field sets.
    func step(toKey key: JSONValue) -> String {
        isSet ? FieldSet.step(value: key) : FieldSet.step(key: key)
    }

    /// The elements by key; of two with one key the first counts.
    func table(_ array: [JSONValue]) -> [JSONValue: JSONValue] {
        var table: [JSONValue: JSONValue] = [:]
        for element in array {
            if let key = key(of: element), table[key] == nil { table[key] = element }
        }
        return table
    }
}

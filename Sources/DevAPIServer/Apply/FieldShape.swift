// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// How a value is owned: whole, or part by part.
///
/// Where a schema says nothing, objects are granular and lists atomic, as the "deduced" types of structured-merge-diff.
enum FieldShape {
    /// One field: scalars, atomic objects and lists.
    case leaf
    /// Member by member.
    case members(JSONObject)
    /// Element by element, told apart by keys or values.
    case elements([JSONValue], ListKeys)

    /// The shape of a value.
    init(_ value: JSONValue, _ schema: StructuralSchema?) {
        switch value {
        case .object(let object):
            self = schema?.attributes.mapType == .atomic ? .leaf : .members(object)
        case .array(let array):
            if let attributes = schema?.attributes, let type = attributes.listType, type != .atomic {
                self = .elements(array, ListKeys(attributes))
            } else {
                self = .leaf
            }
        default: self = .leaf
        }
    }

    /// The shape of a value beside another of the same field: `null` stands for an empty object or list there.
    init(_ value: JSONValue, _ schema: StructuralSchema?, beside other: JSONValue) {
        if value.isNull {
            switch FieldShape(other, schema) {
            case .leaf: self = .leaf
            case .members: self = .members([:])
            case .elements(_, let keys): self = .elements([], keys)
            }
        } else {
            self.init(value, schema)
        }
    }

    /// Whether this is an object or list without content.
    var isEmpty: Bool {
        switch self {
        case .leaf: false
        case .members(let object): object.isEmpty
        case .elements(let array, _): array.isEmpty
        }
    }
}

extension ListKeys {
    /// The step to an element in field sets; `nil` for an element without key.
    func step(to element: JSONValue) -> String? {
        key(of: element).map(step(toKey:))
    }
}

/// Which members of the root and of `metadata` have owners.
enum FieldScope {
    /// Whether a member of the root is tracked for requests of some reach.
    static func tracks(root name: String, _ reach: FieldWriter.Reach) -> Bool {
        switch name {
        case "apiVersion", "kind": false
        case "status": reach != .allButStatus
        default: reach != .statusOnly
        }
    }

    /// Whether a member of `metadata` is tracked (`stripMeta` of the API server's field manager).
    static func tracks(metadata name: String) -> Bool {
        switch name {
        case "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields",
            "resourceVersion":
            false
        default: true
        }
    }
}

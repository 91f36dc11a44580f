// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Fields that hold secrets as text: `value` where the package also takes a `valueFrom`.
enum SecretPath {
    /// What is shown in the place of a secret.
    static let mask: JSONValue = "(not shown)"

    /// A value of a comparison without what is secret in it.
    static func shown(_ value: JSONValue, at path: FieldPath) -> JSONValue {
        if isSecret(path) { return value.isNull ? value : mask }
        switch value {
        case .object(let object):
            var copy = object
            for (name, inner) in object { copy[name] = shown(inner, at: path.appending(key: name)) }
            return .object(copy)
        case .array(let elements):
            return .array(elements.enumerated().map { shown($0.element, at: path.appending(index: $0.offset)) })
        default:
            return value
        }
    }

    /// Whether a field is `value` below a part that knows secrets: the catalog, the object store and the admin block.
    private static func isSecret(_ path: FieldPath) -> Bool {
        guard path.elements.last == .key("value"), path.elements.count > 4 else { return false }
        return [.key("admin"), .key("catalog"), .key("objectStore")].contains(path.elements[3])
    }
}

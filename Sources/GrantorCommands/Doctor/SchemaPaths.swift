// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The fields that a schema knows, to compare two versions of one.
struct SchemaPaths: Sendable, Hashable {
    /// The paths below `spec` and `status`; `[]` stands for any element.
    let paths: Set<String>

    /// Reads the schema of a whole object, as a CRD or an OpenAPI document holds it.
    init(_ schema: JSONValue) {
        var found: Set<String> = []
        for part in ["spec", "status"] {
            guard let part = schema["properties"]?[part].map({ (part, $0) }) else { continue }
            Self.collect(part.1, at: part.0, into: &found)
        }
        paths = found
    }

    private static func collect(_ schema: JSONValue, at path: String, into found: inout Set<String>) {
        found.insert(path)
        for (name, property) in schema["properties"]?.object ?? [:] {
            collect(property, at: "\(path).\(name)", into: &found)
        }
        if let items = schema["items"], items.object != nil { collect(items, at: "\(path)[]", into: &found) }
        if let values = schema["additionalProperties"], values.object != nil {
            collect(values, at: "\(path).*", into: &found)
        }
    }

    /// The schema without what does not decide anything: descriptions, and members that are empty.
    static func rules(of schema: JSONValue) -> JSONValue {
        switch schema {
        case .object(let object):
            var members = JSONObject()
            for (name, value) in object where name != "description" || value.object != nil {
                let value = rules(of: value)
                let isEmpty = value.object?.isEmpty ?? value.array?.isEmpty ?? value.isNull
                if !isEmpty { members[name] = value }
            }
            return .object(members)
        case .array(let elements): return .array(elements.map(rules))
        default: return schema
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The vocabulary in which the built-in kinds are described.
///
/// All of these are Go types: `null` is the same as a missing member.
extension StructuralSchema {
    /// A struct.
    ///
    /// - Parameters:
    ///   - name: The name of the Go struct.
    ///   - description: What it is, for people.
    ///   - required: Members that must be there.
    ///   - properties: The members.
    ///   - configure: Sets what is not a parameter.
    /// - Returns: The schema.
    static func goStruct(
        _ name: String,
        _ description: String,
        required: [String] = [],
        _ properties: KeyValuePairs<String, StructuralSchema>,
        configure: (inout Attributes) -> Void = { _ in }
    ) -> StructuralSchema {
        make(.object, description) { attributes in
            attributes.goTypeName = name
            attributes.required = required
            for (name, schema) in properties { attributes.properties[name] = schema }
            configure(&attributes)
        }
    }

    /// A string.
    static func text(_ description: String, oneOf values: [String] = [], fallback: String? = nil) -> StructuralSchema {
        make(.string, description) { attributes in
            attributes.enumeration = values.map(JSONValue.string)
            attributes.defaultValue = fallback.map(JSONValue.string)
        }
    }

    /// A string in base64.
    static func base64(_ description: String) -> StructuralSchema {
        make(.string, description) { $0.format = "byte" }
    }

    /// A time.
    static func time(_ description: String) -> StructuralSchema {
        make(.string, description) { $0.format = "date-time" }
    }

    /// A whole number.
    static func whole(_ description: String, format: String = "int32", fallback: Int64? = nil) -> StructuralSchema {
        make(.integer, description) { attributes in
            attributes.format = format
            attributes.defaultValue = fallback.map(JSONValue.integer)
        }
    }

    /// A Boolean.
    static func flag(_ description: String) -> StructuralSchema {
        make(.boolean, description) { _ in }
    }

    /// A whole number or a string, as in ports and percentages.
    static func intOrString(_ description: String) -> StructuralSchema {
        make(nil, description) { attributes in
            attributes.isIntOrString = true
            attributes.format = "int-or-string"
        }
    }

    /// An object whose member names are free.
    static func map(of values: StructuralSchema, _ description: String, isAtomic: Bool = false) -> StructuralSchema {
        make(.object, description) { attributes in
            attributes.additionalProperties = values
            if isAtomic { attributes.mapType = .atomic }
        }
    }

    /// A list.
    ///
    /// With `keys` it is a `map` list that strategic merge patches merge by `mergeKey`, or by the first of the keys.
    ///
    /// - Parameters:
    ///   - items: What elements look like.
    ///   - description: What it is, for people.
    ///   - type: How it is owned; without it and without keys, atomic.
    ///   - keys: The members that tell elements apart.
    ///   - mergeKey: The one that does so in strategic merge patches.
    ///   - strategy: How strategic merge patches treat it.
    ///   - isAlwaysPresent: Whether Go writes it even when it is empty.
    /// - Returns: The schema.
    static func list(
        of items: StructuralSchema,
        _ description: String,
        type: ListType? = nil,
        keys: [String] = [],
        mergeKey: String? = nil,
        strategy: String? = nil,
        isAlwaysPresent: Bool = false
    ) -> StructuralSchema {
        make(.array, description) { attributes in
            attributes.items = items
            attributes.listType = keys.isEmpty ? type ?? .atomic : .map
            attributes.listMapKeys = keys
            attributes.patchMergeKey = mergeKey ?? keys.first
            attributes.patchStrategy = strategy ?? (keys.isEmpty ? nil : "merge")
            attributes.isAlwaysPresent = isAlwaysPresent
        }
    }

    /// An object of which nothing is modelled.
    static func goAnything(_ description: String) -> StructuralSchema {
        make(.object, description) { $0.preservesUnknownFields = true }
    }

    /// This schema with another description, or otherwise changed.
    func changed(_ description: String? = nil, _ configure: (inout Attributes) -> Void = { _ in }) -> StructuralSchema {
        var copy = attributes
        if let description { copy.description = description }
        configure(&copy)
        return StructuralSchema(copy)
    }

    private static func make(
        _ type: ValueType?,
        _ description: String,
        _ configure: (inout Attributes) -> Void
    ) -> StructuralSchema {
        var attributes = Attributes()
        attributes.type = type
        attributes.description = description
        attributes.isGoType = true
        configure(&attributes)
        return StructuralSchema(attributes)
    }
}

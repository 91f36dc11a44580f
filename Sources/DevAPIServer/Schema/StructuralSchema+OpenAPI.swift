// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// The schema as a part of an OpenAPI v3 document, with the `x-kubernetes-` extensions.
    ///
    /// `metadata` of resources is a reference to `#/components/schemas/` + `objectMetaName`, whose content is
    /// `StructuralSchema.objectMeta.openAPI`.
    var openAPI: JSONValue {
        var object = JSONObject()
        let a = attributes
        if !a.description.isEmpty { object["description"] = .string(a.description) }
        object["type"] = a.type.map { .string($0.rawValue) }
        object["format"] = a.format.map(JSONValue.string)
        object["pattern"] = a.pattern.map(JSONValue.string)
        if a.isNullable { object["nullable"] = true }
        object["default"] = a.defaultValue
        if !a.enumeration.isEmpty { object["enum"] = .array(a.enumeration) }
        if !a.required.isEmpty { object["required"] = .array(a.required.map(JSONValue.string)) }
        addBounds(to: &object)
        addChildren(to: &object)
        addExtensions(to: &object)
        return .object(object)
    }

    private func addBounds(to object: inout JSONObject) {
        let a = attributes
        let counts: KeyValuePairs = [
            "minLength": a.minLength, "maxLength": a.maxLength, "minItems": a.minItems, "maxItems": a.maxItems,
            "minProperties": a.minProperties, "maxProperties": a.maxProperties,
        ]
        for (name, count) in counts { object[name] = count.map { .integer(Int64($0)) } }
        object["minimum"] = a.minimum.map(Self.number)
        object["maximum"] = a.maximum.map(Self.number)
        object["multipleOf"] = a.multipleOf.map(Self.number)
        if a.isMinimumExclusive { object["exclusiveMinimum"] = true }
        if a.isMaximumExclusive { object["exclusiveMaximum"] = true }
        if a.hasUniqueItems { object["uniqueItems"] = true }
    }

    /// A bound as it was written: without fraction when it has none.
    private static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value).map(JSONValue.integer) ?? .number(value)
    }

    private func addChildren(to object: inout JSONObject) {
        let a = attributes
        if !properties.isEmpty {
            var members = JSONObject(properties.map { ($0.name, $0.schema.openAPI) })
            if a.isResource {
                members["metadata"] = [
                    "allOf": [["$ref": .string("#/components/schemas/\(Self.objectMetaName)")]],
                    "description": "Standard object's metadata.",
                ]
            }
            object["properties"] = .object(members)
        }
        if let additional = a.additionalProperties {
            object["additionalProperties"] = additional === Self.anything ? true : additional.openAPI
        }
        object["items"] = a.items?.openAPI
        if !a.allOf.isEmpty { object["allOf"] = .array(a.allOf.map(\.openAPI)) }
        if !a.anyOf.isEmpty { object["anyOf"] = .array(a.anyOf.map(\.openAPI)) }
        if !a.oneOf.isEmpty { object["oneOf"] = .array(a.oneOf.map(\.openAPI)) }
        object["not"] = a.not?.openAPI
    }

    private func addExtensions(to object: inout JSONObject) {
        let a = attributes
        if a.preservesUnknownFields { object["x-kubernetes-preserve-unknown-fields"] = true }
        if a.isIntOrString { object["x-kubernetes-int-or-string"] = true }
        object["x-kubernetes-list-type"] = a.listType.map { .string($0.rawValue) }
        if !a.listMapKeys.isEmpty {
            object["x-kubernetes-list-map-keys"] = .array(a.listMapKeys.map(JSONValue.string))
        }
        object["x-kubernetes-map-type"] = a.mapType.map { .string($0.rawValue) }
        if !a.rules.isEmpty { object["x-kubernetes-validations"] = .array(a.rules.map(\.json)) }
        object["x-kubernetes-patch-merge-key"] = a.patchMergeKey.map(JSONValue.string)
        object["x-kubernetes-patch-strategy"] = a.patchStrategy.map(JSONValue.string)
    }
}

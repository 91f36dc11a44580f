// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Reads schemas from JSON and refuses what is not structural.
struct SchemaReader {
    /// Where a schema stands in the one around it.
    enum Place {
        case root, field, item
        /// Inside of `allOf`, `anyOf`, `oneOf` or `not`, where only values are restricted.
        case valueValidation
    }

    /// Where the reader is.
    var path: FieldPath
    private var depth = 0
    private static let maximumDepth = 100

    /// Creates a reader.
    init(path: FieldPath) {
        self.path = path
    }

    /// Reads one schema.
    ///
    /// - Throws: `FieldError` for the first thing that is not structural.
    mutating func attributes(
        _ json: JSONValue,
        place: Place
    ) throws(FieldError) -> StructuralSchema.Attributes {
        guard let object = json.object else {
            throw FieldError(.typeInvalid, path, badValue: .string(json.typeName), detail: "must be an object")
        }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw FieldError(.invalid, path, detail: "nested too deeply") }
        for name in ["$ref", "definitions", "dependencies", "discriminator", "id", "patternProperties", "xml"]
        where object[name] != nil {
            throw FieldError(.forbidden, path.appending(key: name), detail: "\(name) is not supported")
        }
        var attributes = StructuralSchema.Attributes()
        try readAnnotations(object, &attributes)
        try readBounds(object, &attributes)
        try readExtensions(object, &attributes)
        try readChildren(object, &attributes, place: place)
        try readJunctors(object, &attributes)
        if place != .valueValidation { try checkStructure(attributes, place: place) }
        return attributes
    }

    private mutating func schema(
        _ json: JSONValue,
        _ keys: FieldPath.Element...,
        place: Place
    ) throws(FieldError)
        -> StructuralSchema
    {
        let outer = path
        path = FieldPath(path.elements + keys)
        let schema = StructuralSchema(try attributes(json, place: place))
        path = outer
        return schema
    }

    private func readAnnotations(
        _ object: JSONObject,
        _ attributes: inout StructuralSchema.Attributes
    ) throws(FieldError) {
        attributes.description = try object.optionalString("description", at: path) ?? ""
        attributes.format = try object.optionalString("format", at: path)
        if let type = try object.optionalString("type", at: path), !type.isEmpty {
            guard let known = StructuralSchema.ValueType(rawValue: type) else {
                throw FieldError(
                    .notSupported,
                    path.appending(key: "type"),
                    badValue: .string(type),
                    detail: supported(StructuralSchema.ValueType.allCases.map(\.rawValue))
                )
            }
            attributes.type = known
        }
        attributes.isNullable = try flag(object, "nullable")
        attributes.defaultValue = object["default"]
        attributes.enumeration = object["enum"]?.array ?? []
        attributes.required = (object["required"]?.array ?? []).compactMap(\.string)
        if let pattern = try object.optionalString("pattern", at: path), !pattern.isEmpty {
            attributes.pattern = pattern
            do throws(Pattern.Failure) {
                _ = try Pattern(pattern)
            } catch {
                throw FieldError(
                    .invalid,
                    path.appending(key: "pattern"),
                    badValue: .string(pattern),
                    detail: "must be a valid regular expression, but isn't: \(error.message)"
                )
            }
        }
    }

    private func supported(_ values: [String]) -> String {
        "supported values: " + values.map { JSONValue.string($0).jsonText }.sorted().joined(separator: ", ")
    }

    private func flag(_ object: JSONObject, _ name: String) throws(FieldError) -> Bool {
        switch object[name] {
        case nil, .null: return false
        case .bool(let value): return value
        case let value?:
            throw FieldError(
                .typeInvalid,
                path.appending(key: name),
                badValue: .string(value.typeName),
                detail: "must be a boolean"
            )
        }
    }

    private func count(_ object: JSONObject, _ name: String) throws(FieldError) -> Int? {
        switch object[name] {
        case nil, .null: return nil
        case .integer(let value) where value >= 0: return Int(value)
        case let value?:
            throw FieldError(
                .invalid,
                path.appending(key: name),
                badValue: value,
                detail: "must be greater than or equal to 0"
            )
        }
    }

    private func number(_ object: JSONObject, _ name: String) throws(FieldError) -> Double? {
        switch object[name] {
        case nil, .null: return nil
        case let value?:
            if let number = value.double { return number }
            throw FieldError(
                .typeInvalid,
                path.appending(key: name),
                badValue: .string(value.typeName),
                detail: "must be a number"
            )
        }
    }

    private func readBounds(
        _ object: JSONObject,
        _ attributes: inout StructuralSchema.Attributes
    ) throws(FieldError) {
        attributes.minLength = try count(object, "minLength")
        attributes.maxLength = try count(object, "maxLength")
        attributes.minItems = try count(object, "minItems")
        attributes.maxItems = try count(object, "maxItems")
        attributes.minProperties = try count(object, "minProperties")
        attributes.maxProperties = try count(object, "maxProperties")
        attributes.minimum = try number(object, "minimum")
        attributes.maximum = try number(object, "maximum")
        attributes.multipleOf = try number(object, "multipleOf")
        attributes.isMinimumExclusive = try flag(object, "exclusiveMinimum")
        attributes.isMaximumExclusive = try flag(object, "exclusiveMaximum")
        attributes.hasUniqueItems = try flag(object, "uniqueItems")
        if attributes.hasUniqueItems {
            throw FieldError(
                .forbidden,
                path.appending(key: "uniqueItems"),
                detail: "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
            )
        }
    }

    private func readExtensions(
        _ object: JSONObject,
        _ attributes: inout StructuralSchema.Attributes
    ) throws(FieldError) {
        if object["x-kubernetes-preserve-unknown-fields"] == .bool(false) {
            throw FieldError(
                .invalid,
                path.appending(key: "x-kubernetes-preserve-unknown-fields"),
                badValue: false,
                detail: "must be true or undefined"
            )
        }
        attributes.preservesUnknownFields = try flag(object, "x-kubernetes-preserve-unknown-fields")
        attributes.isIntOrString = try flag(object, "x-kubernetes-int-or-string")
        attributes.isResource = try flag(object, "x-kubernetes-embedded-resource")
        attributes.listType = try word(object, "x-kubernetes-list-type")
        attributes.mapType = try word(object, "x-kubernetes-map-type")
        attributes.listMapKeys = (object["x-kubernetes-list-map-keys"]?.array ?? []).compactMap(\.string)
        for (index, rule) in (object["x-kubernetes-validations"]?.array ?? []).enumerated() {
            let place = path.appending(key: "x-kubernetes-validations").appending(index: index)
            guard let text = rule["rule"]?.string, !text.trimmingSpaces().isEmpty else {
                throw FieldError(.required, place.appending(key: "rule"), detail: "rule is not specified")
            }
            attributes.rules.append(
                StructuralSchema.Attributes.Rule(
                    json: rule,
                    rule: text,
                    message: rule["message"]?.string,
                    reason: rule["reason"]?.string.flatMap(FieldError.Kind.init) ?? .invalid
                )
            )
        }
    }

    private func word<Word: RawRepresentable & CaseIterable>(
        _ object: JSONObject,
        _ name: String
    ) throws(FieldError) -> Word? where Word.RawValue == String {
        guard let text = try object.optionalString(name, at: path) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw FieldError(
                .notSupported,
                path.appending(key: name),
                badValue: .string(text),
                detail: supported(Word.allCases.map(\.rawValue))
            )
        }
        return word
    }

    private mutating func readChildren(
        _ object: JSONObject,
        _ attributes: inout StructuralSchema.Attributes,
        place: Place
    ) throws(FieldError) {
        let below: (Place) -> Place = { place == .valueValidation ? .valueValidation : $0 }
        for (name, value) in try object.optionalObject("properties", at: path) ?? [:] {
            let isMetadata = place == .root && name == "metadata"
            attributes.properties[name] = try schema(
                value,
                .key("properties"),
                .key(name),
                place: isMetadata ? .valueValidation : below(.field)
            )
        }
        switch object["additionalProperties"] {
        case nil, .null: break
        case .bool(true): attributes.additionalProperties = .anything
        case .bool(false):
            throw FieldError(
                .forbidden,
                path.appending(key: "additionalProperties"),
                detail: "additionalProperties cannot be set to false"
            )
        case let value?:
            attributes.additionalProperties = try schema(value, .key("additionalProperties"), place: below(.field))
        }
        switch object["items"] {
        case nil, .null: break
        case .array:
            throw FieldError(
                .forbidden,
                path.appending(key: "items"),
                detail: "items must be a schema object and not an array"
            )
        case let value?: attributes.items = try schema(value, .key("items"), place: below(.item))
        }
        if attributes.additionalProperties != nil, !attributes.properties.isEmpty {
            throw FieldError(
                .forbidden,
                path.appending(key: "additionalProperties"),
                detail: "additionalProperties and properties are mutual exclusive"
            )
        }
    }

    private mutating func readJunctors(
        _ object: JSONObject,
        _ attributes: inout StructuralSchema.Attributes
    ) throws(FieldError) {
        func list(_ name: String, _ reader: inout SchemaReader) throws(FieldError) -> [StructuralSchema] {
            var schemas: [StructuralSchema] = []
            for (index, value) in (object[name]?.array ?? []).enumerated() {
                schemas.append(try reader.schema(value, .key(name), .index(index), place: .valueValidation))
            }
            return schemas
        }
        attributes.allOf = try list("allOf", &self)
        attributes.anyOf = try list("anyOf", &self)
        attributes.oneOf = try list("oneOf", &self)
        if let value = object["not"], !value.isNull {
            attributes.not = try schema(value, .key("not"), place: .valueValidation)
        }
    }
}

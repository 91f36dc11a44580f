// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// Every problem of a value, in the words of a Kubernetes API server.
    ///
    /// - Parameters:
    ///   - value: The value, after defaulting.
    ///   - path: Where it stands; the root for whole objects.
    ///   - old: What stood there before; transition rules (`self == oldSelf`) are judged only when it is given.
    /// - Returns: The problems, in the order of the document; none when the value is valid.
    func validate(_ value: JSONValue, at path: FieldPath = FieldPath(), old: JSONValue? = nil) -> [FieldError] {
        var validator = SchemaValidator(path: path)
        validator.check(value, self, old: hasTransitionRules ? old : nil)
        return validator.errors
    }
}

/// Walks a value and a schema together and collects problems.
///
/// Messages are those of `kube-openapi/pkg/validation` as `apiextensions-apiserver` passes them on.
struct SchemaValidator {
    /// Where the walk is.
    private(set) var path: FieldPath
    /// What was found.
    private(set) var errors: [FieldError] = []

    /// Creates a validator that starts at a place.
    init(path: FieldPath) {
        self.path = path
    }

    /// Judges one value.
    mutating func check(_ value: JSONValue, _ schema: StructuralSchema, old: JSONValue?) {
        let attributes = schema.attributes
        if value.isNull, attributes.isNullable || attributes.isGoType { return }
        checkJunctors(value, attributes)
        guard checkType(value, attributes) else {
            checkEnumeration(value, attributes)
            return
        }
        switch value {
        case .string(let text): checkString(text, schema)
        case .integer, .number: checkNumber(value, attributes)
        case .array(let array): checkArray(array, attributes, old: old?.array)
        case .object(let object): checkObject(object, schema, old: old?.object)
        case .bool, .null: break
        }
        checkEnumeration(value, attributes)
        if let old { checkRules(value, attributes, old: old) }
    }

    private mutating func report(_ kind: FieldError.Kind, _ value: JSONValue, _ rest: String) {
        errors.append(FieldError(kind, path, badValue: value, detail: "\(path) in body \(rest)"))
    }

    // MARK: - Type and enumeration

    private mutating func checkType(_ value: JSONValue, _ attributes: StructuralSchema.Attributes) -> Bool {
        let wanted: String
        if attributes.isIntOrString {
            switch value {
            case .integer, .string: return true
            default: wanted = "integer,string"
            }
        } else if let type = attributes.type {
            if type.accepts(value) { return true }
            wanted = type.rawValue
        } else {
            return true
        }
        let actual = value.typeName
        report(.typeInvalid, .string(actual), "must be of type \(wanted): \"\(actual)\"")
        return false
    }

    private mutating func checkEnumeration(_ value: JSONValue, _ attributes: StructuralSchema.Attributes) {
        guard !attributes.enumeration.isEmpty else { return }
        let isKnown = attributes.enumeration.contains { candidate in
            if let left = candidate.double, let right = value.double { return left == right }
            return candidate == value
        }
        if isKnown { return }
        let values = attributes.enumeration.map { value in
            value.string == nil ? JSONValue.string(value.jsonText).jsonText : value.jsonText
        }
        errors.append(
            FieldError(
                .notSupported,
                path,
                badValue: value,
                detail: "supported values: " + values.joined(separator: ", ")
            )
        )
    }

    // MARK: - Scalars

    private mutating func checkString(_ text: String, _ schema: StructuralSchema) {
        let attributes = schema.attributes
        if attributes.minLength != nil || attributes.maxLength != nil {
            let length = text.unicodeScalars.count
            if let maximum = attributes.maxLength, length > maximum {
                errors.append(
                    FieldError(.tooLong, path, badValue: .string(text), detail: "may not be more than \(maximum) bytes")
                )
            }
            if let minimum = attributes.minLength, length < minimum {
                report(.invalid, .string(text), "should be at least \(minimum) chars long")
            }
        }
        if let pattern = schema.pattern, !pattern.matches(text) {
            report(.invalid, .string(text), "should match '\(attributes.pattern ?? "")'")
        }
        if let format = attributes.format, !StringFormat.accepts(text, format: format) {
            report(.typeInvalid, .string(text), "must be of type \(format): \(JSONValue.string(text).jsonText)")
        }
    }

    private mutating func checkNumber(_ value: JSONValue, _ attributes: StructuralSchema.Attributes) {
        guard let number = value.double else { return }
        if let maximum = attributes.maximum {
            if attributes.isMaximumExclusive ? number >= maximum : number > maximum {
                let words = attributes.isMaximumExclusive ? "less than" : "less than or equal to"
                report(.invalid, value, "should be \(words) \(JSONValue.number(maximum).jsonText)")
            }
        }
        if let minimum = attributes.minimum {
            if attributes.isMinimumExclusive ? number <= minimum : number < minimum {
                let words = attributes.isMinimumExclusive ? "greater than" : "greater than or equal to"
                report(.invalid, value, "should be \(words) \(JSONValue.number(minimum).jsonText)")
            }
        }
        if let factor = attributes.multipleOf, factor > 0 {
            let quotient = number / factor
            if quotient != quotient.rounded() {
                report(.invalid, value, "should be a multiple of \(JSONValue.number(factor).jsonText)")
            }
        }
        if attributes.format == "int32", Int32(exactly: number) == nil {
            let type = attributes.type?.rawValue ?? "integer"
            errors.append(
                FieldError(
                    .invalid,
                    path,
                    badValue: value,
                    detail: "Checked value must be of type \(type) with format int32"
                )
            )
        }
    }

    // MARK: - Arrays

    private mutating func checkArray(
        _ array: [JSONValue],
        _ attributes: StructuralSchema.Attributes,
        old: [JSONValue]?
    ) {
        if let maximum = attributes.maxItems, array.count > maximum {
            let words = maximum == 1 ? "1 item" : "\(maximum) items"
            errors.append(FieldError(.tooMany, path, detail: "\(array.count): must have at most \(words)"))
        }
        if let minimum = attributes.minItems, array.count < minimum {
            report(.invalid, .integer(Int64(array.count)), "should have at least \(minimum) items")
        }
        if attributes.hasUniqueItems, Set(array).count != array.count {
            report(.invalid, .array(array), "shouldn't contain duplicates")
        }
        if let items = attributes.items {
            let earlier = old.map { ListKeys(attributes).table($0) }
            for (index, element) in array.enumerated() {
                path.append(index: index)
                let before = earlier.flatMap { table in ListKeys(attributes).key(of: element).flatMap { table[$0] } }
                check(element, items, old: before)
                path.removeLast()
            }
        }
        checkDuplicates(array, attributes)
    }

    private mutating func checkDuplicates(_ array: [JSONValue], _ attributes: StructuralSchema.Attributes) {
        guard let listType = attributes.listType, listType != .atomic, array.count > 1 else { return }
        let keys = ListKeys(attributes)
        var seen: Set<JSONValue> = []
        for (index, element) in array.enumerated() {
            guard let key = keys.key(of: element) else { continue }
            if !seen.insert(key).inserted {
                errors.append(FieldError(.duplicate, path.appending(index: index), badValue: key))
            }
        }
    }

    // MARK: - Objects

    private mutating func checkObject(_ object: JSONObject, _ schema: StructuralSchema, old: JSONObject?) {
        let attributes = schema.attributes
        if let maximum = attributes.maxProperties, object.count > maximum {
            let words = maximum == 1 ? "1 item" : "\(maximum) items"
            errors.append(FieldError(.tooMany, path, detail: "\(object.count): must have at most \(words)"))
        }
        if let minimum = attributes.minProperties, object.count < minimum {
            report(.invalid, .integer(Int64(object.count)), "should have at least \(minimum) properties")
        }
        for name in attributes.required {
            let value = object[name]
            let isMissing = value == nil || (value == .null && attributes.isGoType)
            if isMissing { errors.append(FieldError(.required, path.appending(key: name))) }
        }
        if attributes.isResource, !path.elements.isEmpty {
            for name in ["apiVersion", "kind"] where (object[name]?.string ?? "").isEmpty {
                errors.append(FieldError(.required, path.appending(key: name), detail: "must not be empty"))
            }
        }
        for (name, value) in object {
            guard let member = schema.member(name) else { continue }
            path.append(key: name)
            check(value, member, old: old?[name])
            if attributes.isResource, name == "metadata", let restriction = attributes.metadataRestriction {
                check(value, restriction, old: nil)
            }
            path.removeLast()
        }
    }

    // MARK: - Rules

    private mutating func checkRules(
        _ value: JSONValue,
        _ attributes: StructuralSchema.Attributes,
        old: JSONValue
    ) {
        for rule in attributes.rules where rule.isImmutability && value != old {
            let type = attributes.type?.rawValue ?? value.typeName
            errors.append(
                FieldError(
                    rule.reason,
                    path,
                    badValue: .string(type),
                    detail: rule.message ?? "failed rule: \(rule.rule)"
                )
            )
        }
    }

    private mutating func checkJunctors(_ value: JSONValue, _ attributes: StructuralSchema.Attributes) {
        for schema in attributes.allOf { check(value, schema, old: nil) }
        if !attributes.anyOf.isEmpty, count(value, attributes.anyOf) == 0 {
            reportJunctor("must validate at least one schema (anyOf)")
        }
        if !attributes.oneOf.isEmpty {
            let valid = count(value, attributes.oneOf)
            if valid != 1 {
                let found = valid == 0 ? "none" : String(valid)
                reportJunctor("must validate one and only one schema (oneOf). Found \(found) valid")
            }
        }
        if let not = attributes.not, not.validate(value, at: path).isEmpty {
            reportJunctor("must not validate the schema (not)")
        }
    }

    /// Reports at the root, without the field, as the real server does.
    private mutating func reportJunctor(_ words: String) {
        errors.append(FieldError(.invalid, FieldPath(), badValue: "", detail: "\"\(path)\" \(words)"))
    }

    private func count(_ value: JSONValue, _ schemas: [StructuralSchema]) -> Int {
        schemas.count { $0.validate(value, at: path).isEmpty }
    }
}

extension StructuralSchema.ValueType {
    /// Whether a value is of this type; a whole number with a fraction of zero is an integer too.
    func accepts(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.object, .object), (.array, .array), (.string, .string), (.boolean, .bool): true
        case (.integer, .integer), (.number, .integer), (.number, .number): true
        case (.integer, .number(let number)): number == number.rounded()
        default: false
        }
    }
}

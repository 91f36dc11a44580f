// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// What a schema declares; every member is optional, as in JSON.
    struct Attributes: Sendable {
        /// A rule of `x-kubernetes-validations`, kept as written.
        struct Rule: Sendable {
            /// The whole rule, for OpenAPI documents.
            var json: JSONValue
            /// The expression.
            var rule: String
            /// What to say when it does not hold.
            var message: String?
            /// The kind of the field error; `FieldValueInvalid` when absent.
            var reason: FieldError.Kind

            /// Whether this is the idiom for immutable values, the one rule that is evaluated.
            var isImmutability: Bool {
                let words = rule.utf8.filter { $0 != UInt8(ascii: " ") }
                return words.elementsEqual("self==oldSelf".utf8) || words.elementsEqual("oldSelf==self".utf8)
            }
        }

        /// What it is, for people.
        var description: String = ""
        /// The type; `nil` for int-or-string and for values of any type.
        var type: ValueType?
        /// The format, as in `date-time`.
        var format: String?
        /// Whether `null` is a value.
        var isNullable = false
        /// The value that a missing member gets.
        var defaultValue: JSONValue?
        /// The values allowed; empty allows all.
        var enumeration: [JSONValue] = []
        /// The expression that strings must match somewhere.
        var pattern: String?
        /// Bounds of the length of strings, in characters.
        var minLength: Int?
        /// The upper bound of the length of strings, in characters.
        var maxLength: Int?
        /// The lower bound of numbers.
        var minimum: Double?
        /// The upper bound of numbers.
        var maximum: Double?
        /// Whether the lower bound itself is out.
        var isMinimumExclusive = false
        /// Whether the upper bound itself is out.
        var isMaximumExclusive = false
        /// What numbers must be a multiple of.
        var multipleOf: Double?
        /// The least number of elements.
        var minItems: Int?
        /// The greatest number of elements.
        var maxItems: Int?
        /// Whether elements must differ.
        var hasUniqueItems = false
        /// The least number of members.
        var minProperties: Int?
        /// The greatest number of members.
        var maxProperties: Int?
        /// Members that must be there.
        var required: [String] = []
        /// Members by name.
        var properties: [String: StructuralSchema] = [:]
        /// What members that are not declared look like; `nil` allows none.
        var additionalProperties: StructuralSchema?
        /// What elements look like.
        var items: StructuralSchema?
        /// Schemas that must all hold as well.
        var allOf: [StructuralSchema] = []
        /// Schemas of which at least one must hold as well.
        var anyOf: [StructuralSchema] = []
        /// Schemas of which exactly one must hold as well.
        var oneOf: [StructuralSchema] = []
        /// A schema that must not hold.
        var not: StructuralSchema?
        /// Whether unknown members are kept (`x-kubernetes-preserve-unknown-fields`).
        var preservesUnknownFields = false
        /// Whether the value is an integer or a string (`x-kubernetes-int-or-string`).
        var isIntOrString = false
        /// Whether the value is an object with `apiVersion`, `kind` and `metadata` (the root, or
        /// `x-kubernetes-embedded-resource`).
        var isResource = false
        /// How a list is owned.
        var listType: ListType?
        /// The members that tell the elements of a `map` list apart.
        var listMapKeys: [String] = []
        /// How an object is owned.
        var mapType: MapType?
        /// Rules in CEL.
        var rules: [Rule] = []
        /// The member that tells elements apart in strategic merge patches of built-in kinds.
        var patchMergeKey: String?
        /// Whether strategic merge patches merge this list, or keep only the members of a patch, as in
        /// `merge` or `replace,retainKeys`.
        var patchStrategy: String?
        /// Whether the Go type always writes this member, so that nobody comes to own it by creating the object.
        var isAlwaysPresent = false
        /// Whether the value is decoded into a Go type, for which `null` is the same as a missing member.
        var isGoType = false
        /// The name of the Go struct, as in `ObjectMeta`, for messages about values of wrong types.
        var goTypeName: String?
        /// Members of `metadata` that a definition restricts further.
        var metadataRestriction: StructuralSchema?

        /// Whether a rule forbids changes (`self == oldSelf`).
        var isImmutable: Bool {
            rules.contains { $0.isImmutability }
        }
    }
}

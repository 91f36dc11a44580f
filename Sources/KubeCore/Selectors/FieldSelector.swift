// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A condition on fields in the string form of `fieldSelector=`: `metadata.name=a,status.phase!=Running`.
public struct FieldSelector: Sendable, Hashable {
    /// One condition; all must hold.
    public struct Requirement: Sendable, Hashable {
        /// The field, as in `metadata.name`.
        public let field: String
        /// The value to compare with.
        public let value: String
        /// Whether the field must equal the value, or differ from it.
        public let mustEqual: Bool

        /// Creates a requirement.
        public init(field: String, value: String, mustEqual: Bool = true) {
            self.field = field
            self.value = value
            self.mustEqual = mustEqual
        }
    }

    /// The conditions; none matches everything.
    public let requirements: [Requirement]

    /// Creates a selector; without requirements it matches everything.
    public init(_ requirements: [Requirement] = []) {
        self.requirements = requirements
    }

    /// Reads the string form; the empty string matches everything.
    ///
    /// - Throws: `FieldError` that quotes the text.
    public init(parsing text: String) throws(FieldError) {
        var requirements: [Requirement] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            let part = String(part)
            if let (field, value) = part.splitOnce(at: "!=") {
                requirements.append(Requirement(field: field.trimmingSpaces(), value: value, mustEqual: false))
            } else if let (field, value) = part.splitOnce(at: "==") ?? part.splitOnce(at: "=") {
                requirements.append(Requirement(field: field.trimmingSpaces(), value: value))
            } else {
                throw FieldError(
                    .invalid,
                    FieldPath(keys: "fieldSelector"),
                    badValue: .string(text),
                    detail: "invalid field selector"
                )
            }
        }
        self.requirements = requirements
    }

    /// Whether an object satisfies every requirement; a missing field counts as the empty string.
    public func matches(_ object: JSONValue) -> Bool {
        requirements.allSatisfy { requirement in
            let value = object[path: requirement.field.split(separator: ".").map(String.init)]
            let text: String =
                switch value {
                case nil, .null: ""
                case .string(let text): text
                case let value?: value.jsonText
                }
            return UTF8Order.equal(text, requirement.value) == requirement.mustEqual
        }
    }
}

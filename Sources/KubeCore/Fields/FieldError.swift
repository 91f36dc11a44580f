// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A problem with one field, in the words of Kubernetes (`k8s.io/apimachinery/pkg/util/validation/field`).
public struct FieldError: Error, Sendable, Hashable {
    /// The kinds of problem; the raw value is the cause's `reason` in a `Status`.
    public enum Kind: String, CaseIterable, Sendable {
        /// A field that must be there is missing or empty.
        case required = "FieldValueRequired"
        /// The value is not acceptable.
        case invalid = "FieldValueInvalid"
        /// The value is of the wrong type.
        case typeInvalid = "FieldValueTypeInvalid"
        /// Another element has the same value.
        case duplicate = "FieldValueDuplicate"
        /// The value is not one of an enumeration.
        case notSupported = "FieldValueNotSupported"
        /// The field may not be set.
        case forbidden = "FieldValueForbidden"
        /// A list or map has too many entries.
        case tooMany = "FieldValueTooMany"
        /// A string is too long.
        case tooLong = "FieldValueTooLong"
        /// What the value names does not exist.
        case notFound = "FieldValueNotFound"

        /// The words that a message begins with.
        public var words: String {
            switch self {
            case .required: "Required value"
            case .invalid, .typeInvalid: "Invalid value"
            case .duplicate: "Duplicate value"
            case .notSupported: "Unsupported value"
            case .forbidden: "Forbidden"
            case .tooMany: "Too many"
            case .tooLong: "Too long"
            case .notFound: "Not found"
            }
        }
    }

    /// What kind of problem it is.
    public let kind: Kind
    /// Where it is.
    public let path: FieldPath
    /// The value shown in the message, never a secret; `nil` shows none.
    public let badValue: JSONValue?
    /// What is wrong and what to do.
    public let detail: String

    /// Creates a problem.
    public init(_ kind: Kind, _ path: FieldPath, badValue: JSONValue? = nil, detail: String = "") {
        self.kind = kind
        self.path = path
        self.badValue = badValue
        self.detail = detail
    }

    /// The message without the path: `Invalid value: "x": must be ...`.
    public var body: String {
        var text = kind.words
        switch kind {
        case .required, .forbidden, .tooMany, .tooLong: break
        case .invalid, .typeInvalid, .duplicate, .notSupported, .notFound:
            if let badValue { text += ": \(badValue.jsonText)" }
        }
        if !detail.isEmpty { text += ": \(detail)" }
        return text
    }
}

extension FieldError: CustomStringConvertible {
    /// The whole message: `spec.users[2].id: Required value: ...`.
    public var description: String {
        path.elements.isEmpty ? body : "\(path): \(body)"
    }
}

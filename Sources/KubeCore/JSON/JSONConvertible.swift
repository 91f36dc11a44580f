// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A type that can be read from a JSON value.
///
/// Objects come and go as `JSONValue`, not through `Codable`: there is one strict reader for everything that comes
/// from outside, a type takes the parts it needs and ignores the rest (docs/decisions/0001).
public protocol JSONReadable {
    /// Reads this type from a value.
    ///
    /// - Throws: `FieldError` that names the field that is missing or of the wrong type.
    init(json: JSONValue) throws(FieldError)
}

/// A type that can be written as a JSON value.
public protocol JSONWritable {
    /// This value as JSON; members that hold their default are left out.
    var json: JSONValue { get }
}

/// A type that can be read from and written as a JSON value.
public typealias JSONConvertible = JSONReadable & JSONWritable

extension JSONValue: JSONReadable, JSONWritable {
    /// Takes the value as it is.
    public init(json: JSONValue) {
        self = json
    }

    /// The value itself.
    public var json: JSONValue { self }
}

extension JSONObject {
    /// The member of that name as a string.
    ///
    /// - Throws: `FieldError` when it is missing, null or no string.
    public func requiredString(_ name: String, at path: FieldPath = FieldPath()) throws(FieldError) -> String {
        guard let value = try optionalString(name, at: path) else {
            throw FieldError(.required, path.appending(key: name))
        }
        return value
    }

    /// The member of that name as a string; `nil` when it is missing or null.
    ///
    /// - Throws: `FieldError` when it is something else.
    public func optionalString(_ name: String, at path: FieldPath = FieldPath()) throws(FieldError) -> String? {
        switch self[name] {
        case nil, .null: return nil
        case .string(let value): return value
        case let value?:
            throw FieldError(
                .typeInvalid,
                path.appending(key: name),
                badValue: .string(value.typeName),
                detail: "must be a string"
            )
        }
    }

    /// The member of that name as an object; empty when it is missing or null.
    ///
    /// - Throws: `FieldError` when it is something else.
    public func optionalObject(_ name: String, at path: FieldPath = FieldPath()) throws(FieldError) -> JSONObject? {
        switch self[name] {
        case nil, .null: return nil
        case .object(let value): return value
        case let value?:
            throw FieldError(
                .typeInvalid,
                path.appending(key: name),
                badValue: .string(value.typeName),
                detail: "must be an object"
            )
        }
    }

    /// The members whose values are strings, as a dictionary; the shape of labels and annotations.
    public var stringMembers: [String: String] {
        var result: [String: String] = [:]
        for (name, value) in self {
            if let text = value.string { result[name] = text }
        }
        return result
    }
}

extension JSONValue {
    /// An object of strings.
    public init(_ strings: [String: String]) {
        self = .object(JSONObject(strings.map { ($0.key, .string($0.value)) }))
    }

    /// An object of the members that have a value; `nil` members are left out.
    public static func members(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(JSONObject(members.compactMap { member in member.value.map { (member.key, $0) } }))
    }
}

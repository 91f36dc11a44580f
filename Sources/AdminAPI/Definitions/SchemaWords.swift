// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The words that structural schemas are put together from.
enum SchemaWords {
    static func object(
        _ description: String,
        required: [String] = [],
        _ properties: KeyValuePairs<String, JSONValue>
    ) -> JSONValue {
        .members([
            "type": "object",
            "description": .string(description),
            "required": required.isEmpty ? nil : .array(required.map(JSONValue.string)),
            "properties": .object(JSONObject(properties.map { ($0.key, $0.value) })),
        ])
    }

    static func string(_ description: String, _ more: KeyValuePairs<String, JSONValue> = [:]) -> JSONValue {
        value("string", description, more)
    }

    static func integer(_ description: String, _ more: KeyValuePairs<String, JSONValue> = [:]) -> JSONValue {
        with(value("integer", description, more), ["format": "int64"])
    }

    static func boolean(_ description: String, _ more: KeyValuePairs<String, JSONValue> = [:]) -> JSONValue {
        value("boolean", description, more)
    }

    static func array(_ description: String, of items: JSONValue, listType: String) -> JSONValue {
        [
            "type": "array", "description": .string(description), "items": items,
            "x-kubernetes-list-type": .string(listType),
        ]
    }

    /// A schema with more members.
    static func with(_ schema: JSONValue, _ more: KeyValuePairs<String, JSONValue>) -> JSONValue {
        var schema = schema
        for (name, value) in more { schema[name] = value }
        return schema
    }

    /// A schema whose value cannot be changed once it is set.
    static func immutable(_ schema: JSONValue, named name: String) -> JSONValue {
        let rule: JSONValue = ["rule": "self == oldSelf", "message": .string("\(name) cannot be changed")]
        return with(schema, ["x-kubernetes-validations": [rule]])
    }

    /// A schema of strings without white space around them, which would never compare equal to what a token says.
    static func trimmed(_ schema: JSONValue, named name: String) -> JSONValue {
        let rule: JSONValue = [
            "rule": "self == self.trim()", "message": .string("\(name) must not have white space around it"),
        ]
        return with(schema, ["x-kubernetes-validations": [rule]])
    }

    static func column(
        _ name: String,
        _ type: String,
        _ path: String,
        _ description: String,
        priority: Int64? = nil
    ) -> JSONValue {
        .members([
            "name": .string(name),
            "type": .string(type),
            "jsonPath": .string(path),
            "description": .string(description),
            "priority": priority.map(JSONValue.integer),
        ])
    }

    private static func value(
        _ type: String,
        _ description: String,
        _ more: KeyValuePairs<String, JSONValue>
    ) -> JSONValue {
        with(["type": .string(type), "description": .string(description)], more)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

/// A schema with `spec` as given.
func customSchema(spec: JSONValue) throws -> StructuralSchema {
    try StructuralSchema(json: ["type": "object", "properties": ["spec": spec]])
}

struct StructuralSchemaTests {
    // MARK: - Reading

    struct Refusal: Sendable, CustomTestStringConvertible {
        let schema: JSONValue
        let message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        Refusal(
            schema: [:],
            message: "openAPIV3Schema.type: Required value: must not be empty at the root"
        ),
        Refusal(
            schema: ["type": "string"],
            message: "openAPIV3Schema.type: Invalid value: \"string\": must be object at the root"
        ),
        Refusal(
            schema: ["type": "object", "properties": ["a": [:]]],
            message: "openAPIV3Schema.properties.a.type: Required value: must not be empty for specified object fields"
        ),
        Refusal(
            schema: ["type": "object", "properties": ["a": ["type": "array", "items": [:]]]],
            message:
                "openAPIV3Schema.properties.a.items.type: Required value: must not be empty for specified array items"
        ),
        Refusal(
            schema: ["type": "object", "properties": ["a": ["type": "array"]]],
            message: "openAPIV3Schema.properties.a.items: Required value: must be specified"
        ),
        Refusal(
            schema: [
                "type": "object", "properties": ["a": ["type": "string"]], "additionalProperties": ["type": "string"],
            ],
            message:
                "openAPIV3Schema.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"
        ),
        Refusal(
            schema: ["type": "object", "properties": ["a": ["type": "strin"]]],
            message: "openAPIV3Schema.properties.a.type: Unsupported value: \"strin\": supported values: \"array\", "
                + "\"boolean\", \"integer\", \"number\", \"object\", \"string\""
        ),
        Refusal(
            schema: ["type": "object", "properties": ["a": ["type": "string", "pattern": "("]]],
            message: "openAPIV3Schema.properties.a.pattern: Invalid value: \"(\": must be a valid regular expression, "
                + "but isn't: error parsing regexp: missing closing ): `(`"
        ),
        Refusal(
            schema: ["type": "object", "properties": ["a": ["type": "string", "default": 1]]],
            message:
                "openAPIV3Schema.properties.a.default: Invalid value: \"integer\": openAPIV3Schema.properties.a.default "
                + "in body must be of type string: \"integer\""
        ),
        Refusal(
            schema: [
                "type": "object",
                "properties": [
                    "a": ["type": "array", "items": ["type": "object"], "x-kubernetes-list-type": "map"]
                ],
            ],
            message: "openAPIV3Schema.properties.a.x-kubernetes-list-map-keys: Required value: must not be empty if "
                + "x-kubernetes-list-type is map"
        ),
        Refusal(
            schema: ["type": "object", "x-kubernetes-preserve-unknown-fields": false],
            message:
                "openAPIV3Schema.x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined"
        ),
        Refusal(
            schema: ["type": "object", "properties": ["a": ["$ref": "#/x"]]],
            message: "openAPIV3Schema.properties.a.$ref: Forbidden: $ref is not supported"
        ),
    ])
    func `what is not structural is refused with its place`(_ refusal: Refusal) throws {
        let error = try #require(throws: FieldError.self) { _ = try StructuralSchema(json: refusal.schema) }
        #expect(error.description == refusal.message)
    }

    @Test func `a schema nested too deeply is refused`() {
        var schema: JSONValue = ["type": "object"]
        for _ in 0..<150 { schema = ["type": "object", "properties": ["a": schema]] }
        #expect(throws: FieldError.self) { _ = try StructuralSchema(json: schema) }
    }

    @Test func `OpenAPI emission keeps what was declared`() throws {
        let spec: JSONValue = [
            "type": "object", "description": "What is wanted.", "required": ["name"],
            "x-kubernetes-validations": [["rule": "self == oldSelf", "message": "no"]],
            "properties": [
                "name": ["type": "string", "minLength": 1, "maxLength": 5, "pattern": "^a", "enum": ["a", "ab"]],
                "port": ["x-kubernetes-int-or-string": true],
                "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                "tags": [
                    "type": "object", "additionalProperties": ["type": "string"], "x-kubernetes-map-type": "atomic",
                ],
                "count": ["type": "integer", "format": "int32", "minimum": 1, "maximum": 9, "default": 3],
                "list": [
                    "type": "array", "maxItems": 4, "nullable": true, "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["k"],
                    "items": ["type": "object", "properties": ["k": ["type": "string"]]],
                ],
            ],
        ]
        let emitted = try customSchema(spec: spec).openAPI
        #expect(emitted["properties"]?["spec"] == spec)
        #expect(
            emitted[path: ["properties", "metadata", "allOf"]]?[0]?["$ref"]
                == .string("#/components/schemas/\(StructuralSchema.objectMetaName)")
        )
        #expect(emitted[path: ["properties", "apiVersion", "type"]] == "string")
    }

    // MARK: - Defaults

    @Test func `defaults fill what is missing, and null that is no value`() throws {
        let schema = try customSchema(spec: [
            "type": "object", "default": ["a": 7],
            "properties": [
                "a": ["type": "integer", "default": 1],
                "b": ["type": "string", "nullable": true, "default": "x"],
                "c": [
                    "type": "array",
                    "items": ["type": "object", "properties": ["d": ["type": "string", "default": "y"]]],
                ],
                "e": [
                    "type": "object",
                    "additionalProperties": [
                        "type": "object", "properties": ["f": ["type": "boolean", "default": true]],
                    ],
                ],
            ],
        ])
        var empty: JSONValue = [:]
        schema.applyDefaults(to: &empty)
        #expect(empty == ["spec": ["a": 7, "b": "x"]])
        var given: JSONValue = ["spec": ["a": .null, "b": .null, "c": [[:], ["d": "z"]], "e": ["k": [:]]]]
        schema.applyDefaults(to: &given)
        #expect(
            given == [
                "spec": ["a": 1, "b": .null, "c": [["d": "y"], ["d": "z"]], "e": ["k": ["f": true]]]
            ]
        )
        let once = given
        schema.applyDefaults(to: &given)
        #expect(given == once)
    }

    // MARK: - Pruning

    @Test func `unknown members go and are told of`() throws {
        let schema = try customSchema(spec: [
            "type": "object",
            "properties": [
                "a": ["type": "string"],
                "list": ["type": "array", "items": ["type": "object", "properties": ["b": ["type": "string"]]]],
                "free": [
                    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                    "properties": ["inner": ["type": "object"]],
                ],
                "any": ["x-kubernetes-preserve-unknown-fields": true],
                "pod": ["type": "object", "x-kubernetes-embedded-resource": true],
            ],
        ])
        var value: JSONValue = [
            "apiVersion": "a/v1", "kind": "K", "metadata": ["name": "n", "nmae": "x"], "sepc": [:],
            "spec": [
                "a": "1", "z": 1, "list": [["b": "1"], ["c": "2"]],
                "free": ["x": ["y": 1], "inner": ["gone": 1]], "any": ["x": [1]],
                "pod": ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"], "spec": [:]],
            ],
        ]
        let removed = schema.prune(&value).map(\.description)
        #expect(
            removed == [
                "metadata.nmae", "sepc", "spec.free.inner.gone", "spec.list[1].c", "spec.pod.spec", "spec.z",
            ]
        )
        #expect(
            value == [
                "apiVersion": "a/v1", "kind": "K", "metadata": ["name": "n"],
                "spec": [
                    "a": "1", "list": [["b": "1"], [:]], "free": ["x": ["y": 1], "inner": [:]], "any": ["x": [1]],
                    "pod": ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"]],
                ],
            ]
        )
        #expect(schema.prune(&value).isEmpty)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct SchemaValidationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let schema: JSONValue
        let value: JSONValue
        let messages: [String]
        var testDescription: String { "\(schema) on \(value)" }

        init(_ schema: JSONValue, _ value: JSONValue, _ messages: String...) {
            self.schema = schema
            self.value = value
            self.messages = messages
        }
    }

    private func problems(_ example: Case) throws -> [String] {
        let schema = try customSchema(spec: ["type": "object", "properties": ["x": example.schema]])
        return schema.validate(["spec": ["x": example.value]]).map(\.description)
    }

    @Test(arguments: [
        Case(
            ["type": "string"],
            1,
            "spec.x: Invalid value: \"integer\": spec.x in body must be of type string: \"integer\""
        ),
        Case(
            ["type": "integer"],
            1.5,
            "spec.x: Invalid value: \"number\": spec.x in body must be of type integer: \"number\""
        ),
        Case(
            ["type": "object"],
            .null,
            "spec.x: Invalid value: \"null\": spec.x in body must be of type object: \"null\""
        ),
        Case(
            ["type": "boolean"],
            "true",
            "spec.x: Invalid value: \"string\": spec.x in body must be of type boolean: \"string\""
        ),
        Case(
            ["x-kubernetes-int-or-string": true],
            true,
            "spec.x: Invalid value: \"boolean\": spec.x in body must be of type integer,string: \"boolean\""
        ),
        Case(
            ["type": "string", "enum": ["a", "b"]],
            "c",
            "spec.x: Unsupported value: \"c\": supported values: \"a\", \"b\""
        ),
        Case(
            ["type": "string", "pattern": "^a.$"],
            "b",
            "spec.x: Invalid value: \"b\": spec.x in body should match '^a.$'"
        ),
        Case(
            ["type": "string", "minLength": 3],
            "ab",
            "spec.x: Invalid value: \"ab\": spec.x in body should be at least 3 chars long"
        ),
        Case(
            ["type": "string", "maxLength": 2],
            "abc",
            "spec.x: Too long: may not be more than 2 bytes"
        ),
        Case(
            ["type": "integer", "minimum": 3],
            2,
            "spec.x: Invalid value: 2: spec.x in body should be greater than or equal to 3"
        ),
        Case(
            ["type": "integer", "maximum": 3],
            4,
            "spec.x: Invalid value: 4: spec.x in body should be less than or equal to 3"
        ),
        Case(
            ["type": "number", "minimum": 0, "exclusiveMinimum": true],
            0,
            "spec.x: Invalid value: 0: spec.x in body should be greater than 0"
        ),
        Case(
            ["type": "number", "maximum": 1, "exclusiveMaximum": true],
            1,
            "spec.x: Invalid value: 1: spec.x in body should be less than 1"
        ),
        Case(
            ["type": "integer", "multipleOf": 5],
            7,
            "spec.x: Invalid value: 7: spec.x in body should be a multiple of 5"
        ),
        Case(
            ["type": "array", "items": ["type": "string"], "maxItems": 1],
            ["a", "b"],
            "spec.x: Too many: 2: must have at most 1 item"
        ),
        Case(
            ["type": "array", "items": ["type": "string"], "minItems": 1],
            [],
            "spec.x: Invalid value: 0: spec.x in body should have at least 1 items"
        ),
        Case(
            ["type": "array", "items": ["type": "string"]],
            ["a", 1],
            "spec.x[1]: Invalid value: \"integer\": spec.x[1] in body must be of type string: \"integer\""
        ),
        Case(
            ["type": "object", "minProperties": 1],
            [:],
            "spec.x: Invalid value: 0: spec.x in body should have at least 1 properties"
        ),
        Case(
            ["type": "object", "maxProperties": 1, "additionalProperties": true],
            ["a": 1, "b": 2],
            "spec.x: Too many: 2: must have at most 1 item"
        ),
        Case(
            ["type": "object", "required": ["b"], "properties": ["b": ["type": "string"]]],
            [:],
            "spec.x.b: Required value"
        ),
        Case(
            ["type": "string", "format": "date-time"],
            "yesterday",
            "spec.x: Invalid value: \"yesterday\": spec.x in body must be of type date-time: \"yesterday\""
        ),
        Case(
            ["type": "integer", "format": "int32"],
            4_294_967_296,
            "spec.x: Invalid value: 4294967296: Checked value must be of type integer with format int32"
        ),
        Case(
            ["type": "array", "x-kubernetes-list-type": "set", "items": ["type": "string"]],
            ["a", "b", "a"],
            "spec.x[2]: Duplicate value: \"a\""
        ),
        Case(
            [
                "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
                "items": ["type": "object", "properties": ["k": ["type": "string"], "v": ["type": "string"]]],
            ],
            [["k": "a", "v": "1"], ["k": "a", "v": "2"]],
            "spec.x[1]: Duplicate value: {\"k\":\"a\"}"
        ),
        Case(
            [
                "type": "object", "properties": ["a": ["type": "string"], "b": ["type": "string"]],
                "oneOf": [["required": ["a"]], ["required": ["b"]]],
            ],
            ["a": "1", "b": "2"],
            "Invalid value: \"\": \"spec.x\" must validate one and only one schema (oneOf). Found 2 valid"
        ),
        Case(
            [
                "type": "object", "properties": ["a": ["type": "string"]],
                "anyOf": [["required": ["a"]]], "not": ["required": ["a"]],
            ],
            [:],
            "Invalid value: \"\": \"spec.x\" must validate at least one schema (anyOf)"
        ),
        Case(
            ["type": "string", "allOf": [["minLength": 2], ["pattern": "^b"]]],
            "a",
            "spec.x: Invalid value: \"a\": spec.x in body should be at least 2 chars long",
            "spec.x: Invalid value: \"a\": spec.x in body should match '^b'"
        ),
        Case(
            ["type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true],
            ["kind": "Pod"],
            "spec.x.apiVersion: Required value: must not be empty"
        ),
    ])
    func `a wrong value gets the words of the API server`(_ example: Case) throws {
        #expect(try problems(example) == example.messages)
    }

    @Test(arguments: [
        Case(["type": "integer"], 3.0), Case(["type": "number"], 3), Case(["type": "string", "nullable": true], .null),
        Case(["x-kubernetes-int-or-string": true], "80%"), Case(["x-kubernetes-int-or-string": true], 80),
        Case(["type": "string", "maxLength": 2], "äö"), Case(["x-kubernetes-preserve-unknown-fields": true], [1, "a"]),
        Case(["type": "string", "format": "no-such-format"], "x"), Case(["type": "string", "format": "byte"], "YWI="),
        Case(["type": "integer", "enum": [1, 2]], 2.0),
        Case(["type": "array", "x-kubernetes-list-type": "atomic", "items": ["type": "string"]], ["a", "a"]),
    ])
    func `a right value has no problem`(_ example: Case) throws {
        #expect(try problems(example) == [])
    }

    @Test func `all problems are told at once`() throws {
        let schema = try customSchema(spec: [
            "type": "object", "required": ["a", "b"],
            "properties": ["a": ["type": "string"], "b": ["type": "string"], "c": ["type": "integer"]],
        ])
        #expect(schema.validate(["spec": ["c": "x"]]).count == 3)
    }

    @Test func `metadata restrictions of a definition hold`() throws {
        let schema = try StructuralSchema(json: [
            "type": "object",
            "properties": [
                "metadata": ["type": "object", "properties": ["name": ["type": "string", "maxLength": 3]]]
            ],
        ])
        #expect(schema.validate(["metadata": ["name": "abc"]]).isEmpty)
        #expect(
            schema.validate(["metadata": ["name": "abcd"]]).map(\.description)
                == ["metadata.name: Too long: may not be more than 3 bytes"]
        )
    }

    // MARK: - Transition rules

    @Test func `an immutable field cannot change`() throws {
        let rule: JSONValue = ["rule": " self == oldSelf ", "message": "userID is immutable"]
        let schema = try customSchema(spec: [
            "type": "object", "properties": ["userID": ["type": "string", "x-kubernetes-validations": [rule]]],
        ])
        let old: JSONValue = ["spec": ["userID": "a"]]
        #expect(schema.validate(["spec": ["userID": "b"]]).isEmpty)
        #expect(schema.validate(["spec": ["userID": "a"]], old: old).isEmpty)
        #expect(schema.validate(["spec": ["userID": "b"]], old: ["spec": [:]]).isEmpty)
        let problems = schema.validate(["spec": ["userID": "b"]], old: old)
        #expect(problems.map(\.description) == ["spec.userID: Invalid value: \"string\": userID is immutable"])
    }

    @Test func `other rules are kept and not evaluated`() throws {
        let schema = try customSchema(spec: [
            "type": "object", "x-kubernetes-validations": [["rule": "self.a > 1"]],
            "properties": ["a": ["type": "integer"]],
        ])
        #expect(schema.validate(["spec": ["a": 0]], old: ["spec": ["a": 1]]).isEmpty)
    }

    @Test func `transition rules follow elements by their keys`() throws {
        let schema = try customSchema(spec: [
            "type": "object",
            "properties": [
                "l": [
                    "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
                    "items": [
                        "type": "object",
                        "properties": [
                            "k": ["type": "string"],
                            "v": ["type": "string", "x-kubernetes-validations": [["rule": "self == oldSelf"]]],
                        ],
                    ],
                ]
            ],
        ])
        let old: JSONValue = ["spec": ["l": [["k": "a", "v": "1"], ["k": "b", "v": "2"]]]]
        let moved: JSONValue = ["spec": ["l": [["k": "b", "v": "2"], ["k": "a", "v": "1"]]]]
        let changed: JSONValue = ["spec": ["l": [["k": "b", "v": "1"]]]]
        #expect(schema.validate(moved, old: old).isEmpty)
        #expect(
            schema.validate(changed, old: old).map(\.description)
                == ["spec.l[0].v: Invalid value: \"string\": failed rule: self == oldSelf"]
        )
    }

    // MARK: - Formats

    @Test(arguments: [
        ("date-time", "2026-11-21T08:30:00Z"), ("date-time", "2026-11-21T08:30:00.5+01:00"), ("date", "2026-11-21"),
        ("uri", "https://a.example/b"), ("uri", "/relative"), ("email", "a@b.example"), ("ipv4", "10.0.0.1"),
        ("ipv6", "::1"), ("ipv6", "fe80::1:2"), ("ipv6", "::ffff:10.0.0.1"), ("ipv6", "1:2:3:4:5:6:7:8"),
        ("cidr", "10.0.0.0/8"), ("cidr", "::/0"), ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
        ("hostname", "a-b.example"), ("duration", "1h30m"), ("duration", "1.5s"), ("duration", "3 days"), ("byte", ""),
    ])
    func `a string of a format is accepted`(format: String, text: String) {
        #expect(StringFormat.accepts(text, format: format))
    }

    @Test(arguments: [
        ("date-time", "2026-11-21"), ("date", "2026-13-01"), ("uri", "no scheme"), ("uri", ""), ("email", "a"),
        ("ipv4", "10.0.0.256"), ("ipv4", "10.0.0"), ("ipv6", "1::2::3"), ("ipv6", "12345::"), ("cidr", "10.0.0.0/33"),
        ("uuid", "123e4567"), ("hostname", "-a"), ("duration", "x"), ("duration", ""), ("byte", "YQ"), ("byte", "Y==="),
        ("byte", "YW=J"),
    ])
    func `a string that is not of a format is refused`(format: String, text: String) {
        #expect(!StringFormat.accepts(text, format: format))
    }
}

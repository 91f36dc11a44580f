// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct SchemaTests {
    private func withWidgets(_ body: (Cluster) async throws -> Void) async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            try await body(cluster)
        }
    }

    @Test func `defaults come in at every depth, and stay away from what is said`() async throws {
        try await withWidgets { cluster in
            let spec: JSONValue = ["size": 1, "ports": [["name": "a"], ["name": "b", "protocol": "UDP"]]]
            let created = try await cluster.create(cluster.widgets, "a", ["spec": spec])
            #expect(
                created["spec"] == [
                    "size": 1, "color": "red",
                    "ports": [["name": "a", "protocol": "TCP"], ["name": "b", "protocol": "UDP"]],
                ]
            )
        }
    }

    @Test func `what the schema does not know is dropped, unless it preserves it`() async throws {
        try await withWidgets { cluster in
            let spec: JSONValue = ["size": 1, "none": ["x": 1], "extra": ["any": ["thing": [1, "x", .null]]]]
            let created = try await cluster.create(cluster.widgets, "a", ["spec": spec, "other": 1])
            #expect(created["spec"]?["none"] == nil)
            #expect(created["other"] == nil)
            #expect(created["spec"]?["extra"] == ["any": ["thing": [1, "x", .null]]])
        }
    }

    @Test func `nulls are dropped where they may not stand`() async throws {
        try await withWidgets { cluster in
            let created = try await cluster.create(
                cluster.widgets,
                "a",
                ["spec": ["size": 1, "color": .null, "note": .null]]
            )
            // A null takes the default where there is one, and stays where it is allowed.
            #expect(created["spec"] == ["size": 1, "color": "red", "note": .null])
        }
    }

    private static let faults: [(spec: JSONValue, fault: String)] = [
        ([:], "FieldValueRequired spec.size"),
        (["size": 0], "FieldValueInvalid spec.size"),
        (["size": 101], "FieldValueInvalid spec.size"),
        (["size": "1"], "FieldValueTypeInvalid spec.size"),
        (["size": 1.5], "FieldValueTypeInvalid spec.size"),
        (["size": 1, "color": "blue"], "FieldValueNotSupported spec.color"),
        (["size": 1, "code": "X"], "FieldValueInvalid spec.code"),
        (["size": 1, "code": "toolong"], "FieldValueTooLong spec.code"),
        (["size": 1, "ports": [["port": 1]]], "FieldValueRequired spec.ports[0].name"),
        (["size": 1, "ports": [["name": "a"], ["name": "a"]]], "FieldValueDuplicate spec.ports[1]"),
        (["size": 1, "tags": ["a", "b", "a"]], "FieldValueDuplicate spec.tags[2]"),
    ]

    @Test func `what the schema forbids is invalid, with a cause a field`() async throws {
        try await withWidgets { cluster in
            for (spec, fault) in Self.faults {
                let status = try await refused(.invalid) {
                    try await cluster.create(cluster.widgets, "a", ["spec": spec])
                }
                #expect(status.code == 422)
                #expect(status.name == "a")
                #expect(status.kind == "Widget")
                #expect(status.group == cluster.widgets.group)
                #expect(status.faults == [fault], "\(spec)")
            }
            let status = try await refused(.invalid) {
                try await cluster.create(cluster.widgets, "a", ["spec": ["size": 0, "color": "blue"]])
            }
            #expect(status.faults == ["FieldValueInvalid spec.size", "FieldValueNotSupported spec.color"])
        }
    }

    @Test func `an invalid change leaves the object as it was`() async throws {
        try await withWidgets { cluster in
            let created = try await cluster.create(cluster.widgets, "a", ["spec": ["size": 1]])
            try await refused(.invalid) { try await cluster.merge(cluster.widgets, "a", ["spec": ["size": 0]]) }
            #expect(try await cluster.get(cluster.widgets, "a") == created)
        }
    }

    @Test func `unknown fields are refused, warned of or ignored as asked`() async throws {
        try await withWidgets { cluster in
            let content: JSONObject = ["spec": ["size": 1, "none": 1]]
            let strict = WriteOptions(fieldValidation: .strict)
            let status = try await refused(.badRequest) {
                try await cluster.create(cluster.widgets, "a", content, options: strict)
            }
            #expect(status.message.contains("unknown field \"spec.none\""))
            for validation in [FieldValidation.warn, .ignore] {
                let created = try await cluster.create(
                    cluster.widgets,
                    validation.rawValue.lowercased(),
                    content,
                    options: WriteOptions(fieldValidation: validation)
                )
                #expect(created["spec"]?["none"] == nil)
            }
            #expect(try await cluster.names(cluster.widgets) == ["ignore", "warn"])
            await #expect(throws: KubeError.self) {
                try await cluster.merge(cluster.widgets, "warn", ["spec": ["none": 1]], options: strict)
            }
            try await cluster.create(cluster.widgets, "fine", ["spec": ["size": 1]], options: strict)
        }
    }

    @Test func `built-in kinds know their fields as well`() async throws {
        try await withCluster { cluster in
            let strict = WriteOptions(fieldValidation: .strict)
            let status = try await refused(.badRequest) {
                try await cluster.create(.configMaps, "a", ["none": 1], options: strict)
            }
            #expect(status.message.contains("unknown field \"none\""))
            let created = try await cluster.create(.configMaps, "a", ["none": 1])
            #expect(created["none"] == nil)
        }
    }
}

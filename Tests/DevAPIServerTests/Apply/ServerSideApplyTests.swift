// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct ServerSideApplyTests {
    private func apply(
        _ live: JSONValue?,
        _ applied: JSONValue,
        by manager: String = "m",
        force: Bool = false,
        schema: StructuralSchema? = nil,
        now: String = "2026-01-01T00:00:00Z",
        subresource: String? = nil,
        hasStatus: Bool = false
    ) throws(ApplyFailure) -> JSONValue {
        try ServerSideApply.apply(
            live: live,
            applied: applied,
            by: FieldWriter(manager: manager, apiVersion: "v1", subresource: subresource, hasStatus: hasStatus),
            force: force,
            schema: schema,
            now: now
        )
    }

    private func configMap(_ data: JSONValue?) -> JSONValue {
        var object: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "n"]]
        object["data"] = data
        return object
    }

    @Test func `an applied object is owned as by a real server`() throws {
        let object = try apply(nil, configMap(["a": "1"]), schema: try builtInSchema("configmaps"))
        #expect(
            object["metadata"]?["managedFields"] == [
                [
                    "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": ["f:data": ["f:a": [:]]], "manager": "m",
                    "operation": "Apply", "time": "2026-01-01T00:00:00Z",
                ]
            ]
        )
    }

    @Test func `applying twice changes nothing`() throws {
        let schema = try builtInSchema("configmaps")
        let once = try apply(nil, configMap(["a": "1"]), schema: schema)
        #expect(try apply(once, configMap(["a": "1"]), schema: schema, now: "2027-01-01T00:00:00Z") == once)
    }

    @Test func `a field that is no longer applied goes`() throws {
        let schema = try builtInSchema("configmaps")
        let first = try apply(nil, configMap(["a": "1", "b": "1"]), schema: schema)
        let second = try apply(first, configMap(["b": "1"]), schema: schema)
        #expect(second["data"] == ["b": "1"])
        let third = try apply(second, configMap(nil), schema: schema)
        #expect(third["data"] == nil)
        #expect(third["metadata"]?["managedFields"] == nil)
    }

    @Test func `a field that somebody else owns too stays`() throws {
        let schema = try builtInSchema("configmaps")
        let first = try apply(nil, configMap(["a": "1", "b": "1"]), by: "one", schema: schema)
        let second = try apply(first, configMap(["b": "1"]), by: "two", schema: schema)
        let third = try apply(second, configMap(["a": "1"]), by: "one", schema: schema)
        #expect(third["data"] == ["a": "1", "b": "1"])
        #expect(ownedFields(third, "one") == ["f:data": ["f:a": [:]]])
        #expect(ownedFields(third, "two") == ["f:data": ["f:b": [:]]])
    }

    @Test func `a field of another with another value is a conflict`() throws {
        let live = ManagedFields.recordUpdate(
            live: nil,
            updated: configMap(["a": "1"]),
            by: FieldWriter(manager: "kubectl-client-side-apply", apiVersion: "v1"),
            schema: nil,
            now: "2026-01-01T00:00:00Z"
        )
        let failure = try #require(throws: ApplyFailure.self) { try apply(live, configMap(["a": "2"])) }
        #expect(
            failure.status.message
                == "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: .data.a"
        )
        #expect(failure.status.code == 409)
        #expect(failure.status.reason == "Conflict")
        #expect(
            failure.status.causes == [
                Status.Cause(
                    reason: "FieldManagerConflict",
                    message: "conflict with \"kubectl-client-side-apply\" using v1",
                    field: ".data.a"
                )
            ]
        )
        #expect(try apply(live, configMap(["a": "1"]))["data"] == ["a": "1"])
        let forced = try apply(live, configMap(["a": "2"]), force: true)
        #expect(forced["data"] == ["a": "2"])
        #expect(ownedFields(forced, "kubectl-client-side-apply") == ["f:data": [:]])
    }

    @Test func `several conflicts are listed by manager`() throws {
        let one = try apply(nil, configMap(["a": "1", "b": "1"]), by: "one")
        let two = try apply(one, configMap(["c": "1"]), by: "two")
        let failure = try #require(throws: ApplyFailure.self) {
            try apply(two, configMap(["a": "2", "b": "2", "c": "2"]), by: "three")
        }
        #expect(
            failure.status.message == """
                Apply failed with 3 conflicts: conflicts with "one":
                - .data.a
                - .data.b
                conflicts with "two":
                - .data.c
                """
        )
    }

    @Test func `elements of a list with keys are merged in order`() throws {
        let schema = try builtInSchema("deployments")
        func deployment(_ names: [String], image: String = "i") -> JSONValue {
            [
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "n"],
                "spec": [
                    "template": [
                        "spec": ["containers": .array(names.map { ["name": .string($0), "image": .string(image)] })]
                    ]
                ],
            ]
        }
        func names(_ object: JSONValue) -> [String] {
            object[path: ["spec", "template", "spec", "containers"]]?.array?.compactMap { $0["name"]?.string } ?? []
        }
        let one = try apply(nil, deployment(["a", "b", "c"]), by: "one", schema: schema)
        let two = try apply(one, deployment(["x", "b"]), by: "two", schema: schema)
        #expect(names(two) == ["a", "x", "b", "c"])
        let three = try apply(two, deployment(["c", "a"]), by: "one", schema: schema)
        #expect(Set(names(three)) == ["a", "b", "c", "x"])
        let four = try apply(three, deployment(["b"]), by: "two", schema: schema)
        #expect(Set(names(four)) == ["a", "b", "c"])
        let failure = try #require(throws: ApplyFailure.self) {
            try apply(four, deployment(["b"], image: "j"), by: "three", schema: schema)
        }
        #expect(
            failure.status.message == "Apply failed with 1 conflict: conflict with \"two\": "
                + ".spec.template.spec.containers[name=\"b\"].image"
        )
    }

    @Test func `atomic lists are owned whole`() throws {
        let schema = try customSchema(spec: [
            "type": "object", "properties": ["l": ["type": "array", "items": ["type": "string"]]],
        ])
        func object(_ list: JSONValue) -> JSONValue { ["metadata": ["name": "n"], "spec": ["l": list]] }
        let one = try apply(nil, object(["a", "b"]), by: "one", schema: schema)
        #expect(ownedFields(one, "one") == ["f:spec": ["f:l": [:]]])
        #expect(throws: ApplyFailure.self) { try apply(one, object(["a"]), by: "two", schema: schema) }
        #expect(try apply(one, object(["a"]), by: "two", force: true, schema: schema)["spec"] == ["l": ["a"]])
    }

    @Test func `sets keep the values of others`() throws {
        func object(_ finalizers: JSONValue) -> JSONValue { ["metadata": ["name": "n", "finalizers": finalizers]] }
        let one = try apply(nil, object(["a", "b"]), by: "one")
        let two = try apply(one, object(["c"]), by: "two")
        #expect(two["metadata"]?["finalizers"]?.array?.count == 3)
        let three = try apply(two, object(["a"]), by: "one")
        #expect(Set(three["metadata"]?["finalizers"]?.array ?? []) == ["a", "c"])
    }

    @Test func `status is out of reach of the main path, and all else of the status path`() throws {
        let live: JSONValue = ["metadata": ["name": "n"], "spec": ["a": 1], "status": ["s": 1]]
        let main = try apply(live, ["spec": ["a": 1], "status": ["s": 9]], hasStatus: true)
        #expect(main["status"] == ["s": 1])
        #expect(ownedFields(main, "m") == ["f:spec": [".": [:], "f:a": [:]]])
        let status = try apply(
            live,
            ["spec": ["a": 9], "status": ["s": 2]],
            force: true,
            subresource: "status",
            hasStatus: true
        )
        #expect(status["spec"] == ["a": 1])
        #expect(status["status"] == ["s": 2])
        #expect(ownedFields(status, "m", subresource: "status") == ["f:status": [".": [:], "f:s": [:]]])
    }

    @Test func `what nobody tracked belongs to before-first-apply`() throws {
        let live = configMap(["a": "1"])
        let failure = try #require(throws: ApplyFailure.self) { try apply(live, configMap(["a": "2"])) }
        #expect(failure.status.message.contains("\"before-first-apply\" using v1: .data.a"))
    }

    @Test func `what only the server says is kept`() throws {
        var live = configMap(["a": "1"])
        live["metadata"] = ["name": "n", "uid": "u", "creationTimestamp": "t", "resourceVersion": "5", "generation": 3]
        var applied = configMap(["a": "1"])
        applied["metadata"] = ["name": "n", "uid": "other", "creationTimestamp": .null, "generation": 9]
        var result = try apply(live, applied)
        result["metadata"]?["managedFields"] = nil
        #expect(result == live)
    }

    @Test func `documents that cannot be applied are refused`() throws {
        let schema = try builtInSchema("deployments")
        let duplicate: JSONValue = [
            "kind": "Deployment", "metadata": ["name": "n", "namespace": "d"],
            "spec": ["template": ["spec": ["containers": [["name": "a"], ["name": "a"]]]]],
        ]
        let failure = try #require(throws: ApplyFailure.self) { try apply(nil, duplicate, schema: schema) }
        #expect(
            failure.status.message == "failed to create typed patch object (d/n; v1, Kind=Deployment): "
                + ".spec.template.spec.containers: duplicate entries for key [name=\"a\"]"
        )
        #expect(throws: ApplyFailure.invalid("metadata.managedFields must be nil")) {
            try apply(nil, ["metadata": ["managedFields": []]])
        }
        #expect(throws: ApplyFailure.self) { try apply(nil, "text") }
    }

    @Test func `random applies are idempotent and owned`() throws {
        var generator = SeededGenerator(seed: 3)
        let schema = try customSchema(spec: [
            "type": "object",
            "properties": [
                "map": ["type": "object", "additionalProperties": ["type": "string"]],
                "set": ["type": "array", "x-kubernetes-list-type": "set", "items": ["type": "string"]],
                "list": [
                    "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
                    "items": ["type": "object", "properties": ["k": ["type": "string"], "v": ["type": "string"]]],
                ],
                "atomic": ["type": "array", "items": ["type": "string"]],
                "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
            ],
        ])
        func random(_ generator: inout SeededGenerator) -> JSONValue {
            var spec: JSONValue = [:]
            func some(_ generator: inout SeededGenerator) -> [String] {
                ["a", "b", "c"].shuffled(using: &generator).filter { _ in Bool.random(using: &generator) }
            }
            var text: JSONValue { .string(Bool.random(using: &generator) ? "1" : "2") }
            if Bool.random(using: &generator) {
                spec["map"] = .object(JSONObject(some(&generator).map { ($0, text) }))
            }
            if Bool.random(using: &generator) { spec["set"] = .array(some(&generator).map(JSONValue.string)) }
            if Bool.random(using: &generator) {
                spec["list"] = .array(some(&generator).map { ["k": .string($0), "v": text] })
            }
            if Bool.random(using: &generator) { spec["atomic"] = .array(some(&generator).map(JSONValue.string)) }
            if Bool.random(using: &generator) {
                spec["free"] = ["o": .object(JSONObject(some(&generator).map { ($0, text) }))]
            }
            return ["apiVersion": "a/v1", "kind": "K", "metadata": ["name": "n"], "spec": spec]
        }
        var live: JSONValue?
        for round in 0..<600 {
            let document = random(&generator)
            let manager = ["one", "two", "three"][round % 3]
            let result = try apply(live, document, by: manager, force: true, schema: schema)
            let again = try apply(
                result,
                document,
                by: manager,
                force: false,
                schema: schema,
                now: "2027-01-01T00:00:00Z"
            )
            #expect(again == result)
            // Alone on an object, a manager gets exactly what it wants.
            var other = document
            other["spec"]?["map"] = ["z": "9"]
            let alone = try apply(nil, other, schema: schema)
            let changed = try apply(alone, document, schema: schema)
            let fresh = try apply(nil, document, schema: schema)
            #expect(ownedFields(changed, "m") == ownedFields(fresh, "m"))
            live = result
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

/// The schema of a built-in kind.
func builtInSchema(_ plural: String) throws -> StructuralSchema {
    let definition = try #require(BuiltInResources.definitions.first { $0.type.plural == plural })
    return try #require(definition.schema)
}

/// The fields of one manager of an object.
func ownedFields(_ object: JSONValue, _ manager: String, subresource: String? = nil) -> JSONValue? {
    object["metadata"]?["managedFields"]?.array?.first { entry in
        entry["manager"]?.string == manager && entry["subresource"]?.string == subresource
    }?["fieldsV1"]
}

struct ManagedFieldsTests {
    private func write(
        _ live: JSONValue?,
        _ updated: JSONValue,
        by manager: String = "m",
        schema: StructuralSchema? = nil,
        now: String = "2026-01-01T00:00:00Z",
        subresource: String? = nil,
        hasStatus: Bool = false
    ) -> JSONValue {
        let writer = FieldWriter(manager: manager, apiVersion: "v1", subresource: subresource, hasStatus: hasStatus)
        return ManagedFields.recordUpdate(live: live, updated: updated, by: writer, schema: schema, now: now)
    }

    @Test func `a created ConfigMap is owned as by a real server`() throws {
        let created = write(
            nil,
            [
                "apiVersion": "v1", "kind": "ConfigMap", "data": ["a": "1"],
                "metadata": [
                    "name": "n", "namespace": "d", "uid": "u", "labels": ["app": "x"], "finalizers": ["f"],
                    "ownerReferences": [["apiVersion": "v1", "kind": "K", "name": "o", "uid": "o1"]],
                ],
            ],
            by: "kubectl-create",
            schema: try builtInSchema("configmaps")
        )
        #expect(
            created["metadata"]?["managedFields"] == [
                [
                    "apiVersion": "v1", "fieldsType": "FieldsV1", "manager": "kubectl-create", "operation": "Update",
                    "time": "2026-01-01T00:00:00Z",
                    "fieldsV1": [
                        "f:data": [".": [:], "f:a": [:]],
                        "f:metadata": [
                            "f:finalizers": [".": [:], "v:\"f\"": [:]],
                            "f:labels": [".": [:], "f:app": [:]],
                            "f:ownerReferences": [".": [:], "k:{\"uid\":\"o1\"}": [:]],
                        ],
                    ],
                ]
            ]
        )
    }

    @Test func `a created Deployment is owned as by a real server`() throws {
        let created = write(
            nil,
            [
                "metadata": ["name": "n", "labels": ["app": "x"]],
                "spec": [
                    "replicas": 1, "selector": ["matchLabels": ["app": "x"]],
                    "template": [
                        "metadata": ["labels": ["app": "x"]],
                        "spec": [
                            "containers": [
                                [
                                    "name": "c", "image": "i", "resources": [:],
                                    "ports": [["containerPort": 80, "protocol": "TCP"]],
                                ]
                            ]
                        ],
                    ],
                ],
            ],
            schema: try builtInSchema("deployments")
        )
        #expect(
            ownedFields(created, "m") == [
                "f:metadata": ["f:labels": [".": [:], "f:app": [:]]],
                "f:spec": [
                    "f:replicas": [:], "f:selector": [:],
                    "f:template": [
                        "f:metadata": ["f:labels": [".": [:], "f:app": [:]]],
                        "f:spec": [
                            "f:containers": [
                                "k:{\"name\":\"c\"}": [
                                    ".": [:], "f:image": [:], "f:name": [:], "f:resources": [:],
                                    "f:ports": [
                                        ".": [:],
                                        "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": [
                                            ".": [:], "f:containerPort": [:], "f:protocol": [:],
                                        ],
                                    ],
                                ]
                            ]
                        ],
                    ],
                ],
            ]
        )
    }

    @Test func `what changes moves to the one who changed it`() {
        let created = write(nil, ["data": ["a": "1", "b": "1", "c": "1"], "metadata": ["name": "n"]], by: "one")
        var changed = created
        changed["data"] = ["a": "1", "b": "2", "d": "1"]
        let updated = write(created, changed, by: "two", now: "2026-01-02T00:00:00Z")
        #expect(ownedFields(updated, "one") == ["f:data": [".": [:], "f:a": [:]]])
        #expect(ownedFields(updated, "two") == ["f:data": ["f:b": [:], "f:d": [:]]])
        let times = updated["metadata"]?["managedFields"]?.array?.map { $0["time"]?.string }
        #expect(times == ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"])
    }

    @Test func `a write that changes nothing leaves times alone`() {
        let created = write(nil, ["data": ["a": "1"], "metadata": ["name": "n"]])
        var sent = created
        sent["metadata"]?["managedFields"] = nil
        sent["metadata"]?["resourceVersion"] = "7"
        var expected = created
        expected["metadata"]?["resourceVersion"] = "7"
        #expect(write(created, sent, now: "2027-01-01T00:00:00Z") == expected)
        #expect(write(created, created, by: "other", now: "2027-01-01T00:00:00Z") == created)
    }

    @Test func `removing a field only takes it from its owner`() {
        let created = write(nil, ["data": ["a": "1", "b": "1"], "metadata": ["name": "n"]])
        var changed = created
        changed["data"] = ["a": "1"]
        let updated = write(created, changed, now: "2027-01-01T00:00:00Z")
        #expect(ownedFields(updated, "m") == ["f:data": [".": [:], "f:a": [:]]])
        #expect(updated["metadata"]?["managedFields"]?[0]?["time"] == "2026-01-01T00:00:00Z")
    }

    @Test func `the status path has entries of its own`() {
        let created = write(
            nil,
            ["spec": ["a": 1], "status": ["x": 1], "metadata": ["name": "n"]],
            hasStatus: true
        )
        #expect(ownedFields(created, "m") == ["f:spec": [".": [:], "f:a": [:]]])
        var changed = created
        changed["status"] = ["x": 2]
        let updated = write(created, changed, subresource: "status", hasStatus: true)
        #expect(ownedFields(updated, "m", subresource: "status") == ["f:status": ["f:x": [:]]])
        #expect(ownedFields(updated, "m") == ["f:spec": [".": [:], "f:a": [:]]])
    }

    @Test func `managed fields can be stripped, and stay away`() {
        let created = write(nil, ["data": ["a": "1"], "metadata": ["name": "n"]])
        var stripping = created
        stripping["metadata"]?["managedFields"] = [[:]]
        let stripped = write(created, stripping)
        #expect(stripped == ["data": ["a": "1"], "metadata": ["name": "n"]])
        let updated = write(stripped, ["data": ["a": "2"], "metadata": ["name": "n"]])
        #expect(updated["metadata"]?["managedFields"] == nil)
    }

    @Test func `too many owners are joined`() {
        var object = write(nil, ["data": ["k": "0"], "metadata": ["name": "n"]], by: "m0")
        for index in 1...14 {
            var changed = object
            changed["data"]?["k\(index)"] = "1"
            let day = index < 10 ? "0\(index)" : "\(index)"
            object = write(object, changed, by: "m\(index)", now: "2026-02-\(day)T00:00:00Z")
        }
        let managers = object["metadata"]?["managedFields"]?.array?.compactMap { $0["manager"]?.string } ?? []
        #expect(managers.count == ManagedFields.maximumUpdateEntries)
        #expect(managers.contains(ManagedFields.ancientManager))
        let all = ManagedFields.decode(object["metadata"]?["managedFields"] ?? [])?.reduce(FieldSet()) {
            $0.union($1.fields)
        }
        #expect(all?.paths.count == 16)
    }

    @Test func `recording a create is fast`() throws {
        let schema = try builtInSchema("configmaps")
        var data: JSONValue = [:]
        for index in 0..<30 { data["key-\(index)"] = "a value of some length" }
        let object: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "data": data, "metadata": ["name": "n"]]
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            for _ in 0..<200 { _ = write(nil, object, schema: schema) }
        }
        // Generous for debug builds on busy machines; a release build takes a few microseconds.
        #expect(elapsed < .seconds(2))
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

@testable import DevAPIServer

struct TableWriterTests {
    private let now = Date(timeIntervalSince1970: 1_000)
    private let metadata: JSONValue = [
        "name": "a", "namespace": "n", "creationTimestamp": "1970-01-01T00:15:00Z", "resourceVersion": "7",
    ]

    private func definition(
        _ kind: String,
        group: String = "example.com",
        columns: [ResourceDefinition.PrinterColumn] = [],
        origin: ResourceDefinition.Origin = .builtIn
    ) -> ResourceDefinition {
        ResourceDefinition(
            type: ResourceType(group: group, version: "v1", kind: kind, plural: kind.lowercased() + "s"),
            singular: kind.lowercased(),
            listKind: "\(kind)List",
            printerColumns: columns,
            origin: origin,
            storageKey: kind
        )
    }

    private func table(
        _ definition: ResourceDefinition,
        _ object: JSONValue,
        includeObject: String? = nil
    ) -> (headings: [String], cells: [JSONValue], table: JSONValue) {
        let writer = TableWriter(definition: definition, version: "v1", includeObject: includeObject)
        let table = writer.table(of: object, isList: false, includesColumns: true, now: now)
        let headings = (table["columnDefinitions"]?.array ?? []).compactMap { $0["name"]?.string }
        return (headings, table["rows"]?[0]?["cells"]?.array ?? [], table)
    }

    @Test func `custom columns follow the name and are typed`() throws {
        let columns: [ResourceDefinition.PrinterColumn] = [
            .init(name: "Text", type: "string", jsonPath: ".spec.text"),
            .init(name: "Number", type: "integer", jsonPath: ".spec.number"),
            .init(name: "Flag", type: "boolean", jsonPath: ".spec.flag"),
            .init(name: "Missing", type: "string", jsonPath: ".spec.missing"),
            .init(name: "Wrong", type: "integer", jsonPath: ".spec.text"),
            .init(name: "Object", type: "string", jsonPath: ".spec.object"),
            .init(name: "Age", type: "date", priority: 1, jsonPath: ".metadata.creationTimestamp"),
        ]
        let spec: JSONValue = ["text": "t", "number": 3, "flag": true, "object": ["x": 1]]
        let definition = definition("Thing", columns: columns, origin: .custom("things.example.com"))
        let result = table(definition, ["metadata": metadata, "spec": spec])
        #expect(result.headings == ["Name", "Text", "Number", "Flag", "Missing", "Wrong", "Object", "Age"])
        #expect(result.cells == ["a", "t", 3, true, .null, .null, #"{"x":1}"#, "100s"])
        #expect(result.table["columnDefinitions"]?[7]?["priority"] == 1)
        #expect(result.table["metadata"]?["resourceVersion"] == "7")
    }

    @Test func `a definition without columns shows the age, and a built-in kind when it was created`() {
        let custom = table(definition("Thing", origin: .custom("things.example.com")), ["metadata": metadata])
        #expect(custom.headings == ["Name", "Age"])
        #expect(custom.cells == ["a", "100s"])
        let builtIn = table(definition("Role", group: "rbac.authorization.k8s.io"), ["metadata": metadata])
        #expect(builtIn.headings == ["Name", "Created At"])
        #expect(builtIn.cells == ["a", "1970-01-01T00:15:00Z"])
    }

    @Test func `built-in kinds have their own columns`() {
        let configMap = table(
            definition("ConfigMap", group: ""),
            ["metadata": metadata, "data": ["x": "1", "y": "2"], "binaryData": ["z": "AA=="]]
        )
        #expect(configMap.headings == ["Name", "Data", "Age"])
        #expect(configMap.cells == ["a", 3, "100s"])
        let lease = table(
            definition("Lease", group: "coordination.k8s.io"),
            ["metadata": metadata, "spec": ["holderIdentity": "me"]]
        )
        #expect(lease.cells == ["a", "me", "100s"])
    }

    @Test func `events of both groups show the same`() {
        let core: JSONValue = [
            "metadata": metadata, "type": "Normal", "reason": "Granted", "message": "m",
            "involvedObject": ["kind": "AppInstance", "name": "x"], "lastTimestamp": "1970-01-01T00:16:00Z",
        ]
        let new: JSONValue = [
            "metadata": metadata, "type": "Normal", "reason": "Granted", "note": "m",
            "regarding": ["kind": "AppInstance", "name": "x"], "eventTime": "1970-01-01T00:16:00.000000Z",
        ]
        let first = table(definition("Event", group: ""), core)
        let second = table(definition("Event", group: "events.k8s.io"), new)
        #expect(first.headings.prefix(4) == ["Last Seen", "Type", "Reason", "Object"])
        #expect(first.cells.prefix(4) == ["40s", "Normal", "Granted", "appinstance/x"])
        #expect(first.cells.prefix(7) == second.cells.prefix(7))
    }

    @Test func `the object goes along as much as is asked for`() {
        let object: JSONValue = ["metadata": metadata, "spec": ["x": 1]]
        let definition = definition("Thing")
        let whole = table(definition, object, includeObject: "Object").table
        #expect(whole["rows"]?[0]?["object"] == object)
        #expect(table(definition, object, includeObject: "None").table["rows"]?[0]?["object"] == nil)
        let partial = table(definition, object).table["rows"]?[0]?["object"]
        #expect(partial?["kind"] == "PartialObjectMetadata")
        #expect(partial?["metadata"] == metadata)
        #expect(partial?["spec"] == nil)
    }

    @Test func `a list becomes rows under its own metadata`() {
        let list: JSONValue = [
            "metadata": ["resourceVersion": "9", "continue": "c"],
            "items": [["metadata": ["name": "a"]], ["metadata": ["name": "b"]]],
        ]
        let writer = TableWriter(definition: definition("Thing"), version: "v1", includeObject: nil)
        let table = writer.table(of: list, isList: true, includesColumns: false, now: now)
        #expect(table["rows"]?.array?.count == 2)
        #expect(table["metadata"]?["continue"] == "c")
        #expect(table["columnDefinitions"] == [])
    }
}

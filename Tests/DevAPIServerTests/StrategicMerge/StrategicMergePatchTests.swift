// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct StrategicMergePatchTests {
    private func patch(_ target: JSONValue, _ patch: JSONValue) throws -> JSONValue {
        try StrategicMergePatch(document: patch).applied(to: target, schema: try builtInSchema("pods"))
    }

    private func containers(_ names: String...) -> JSONValue {
        ["spec": ["containers": .array(names.map { ["name": .string($0), "image": "i"] })]]
    }

    @Test func `members merge and null removes`() throws {
        let target: JSONValue = ["metadata": ["labels": ["a": "1", "b": "1"]], "spec": ["nodeName": "n"]]
        let result = try patch(target, ["metadata": ["labels": ["a": .null, "c": "1"]], "spec": .null])
        #expect(result == ["metadata": ["labels": ["b": "1", "c": "1"]]])
    }

    @Test func `elements merge by their key`() throws {
        let result = try patch(
            containers("a", "b"),
            ["spec": ["containers": [["name": "b", "image": "j", "env": [["name": "X", "value": "1"]]]]]]
        )
        #expect(
            result == [
                "spec": [
                    "containers": [
                        ["name": "a", "image": "i"],
                        ["name": "b", "image": "j", "env": [["name": "X", "value": "1"]]],
                    ]
                ]
            ]
        )
    }

    @Test func `elements are deleted, and lists replaced, by directive`() throws {
        let deleted = try patch(
            containers("a", "b"),
            ["spec": ["containers": [["$patch": "delete", "name": "a"]]]]
        )
        #expect(deleted == containers("b"))
        let replaced = try patch(
            containers("a", "b"),
            ["spec": ["containers": [["name": "c", "image": "i"], ["$patch": "replace"]]]]
        )
        #expect(replaced == containers("c"))
        let object = try patch(containers("a"), ["spec": ["$patch": "replace", "nodeName": "n"]])
        #expect(object == ["spec": ["nodeName": "n"]])
    }

    @Test func `an order is followed, and others keep their neighbours`() throws {
        let result = try patch(
            containers("a", "b", "s"),
            [
                "spec": [
                    "$setElementOrder/containers": [["name": "c"], ["name": "b"], ["name": "a"]],
                    "containers": [["name": "c", "image": "i"]],
                ]
            ]
        )
        #expect(
            result["spec"]?["containers"]?.array?.compactMap { $0["name"]?.string } == ["c", "b", "a", "s"]
        )
    }

    @Test func `values of sets are added and deleted`() throws {
        let target: JSONValue = ["metadata": ["finalizers": ["a", "b"]]]
        #expect(
            try patch(target, ["metadata": ["finalizers": ["a", "c"]]])
                == ["metadata": ["finalizers": ["a", "c", "b"]]]
                || patch(target, ["metadata": ["finalizers": ["a", "c"]]])
                    == ["metadata": ["finalizers": ["a", "b", "c"]]]
        )
        #expect(
            try patch(target, ["metadata": ["$deleteFromPrimitiveList/finalizers": ["a"]]])
                == ["metadata": ["finalizers": ["b"]]]
        )
    }

    @Test func `retained keys push out the others`() throws {
        let target: JSONValue = ["spec": ["volumes": [["name": "v", "emptyDir": [:]]]]]
        let result = try patch(
            target,
            ["spec": ["volumes": [["$retainKeys": ["name", "secret"], "name": "v", "secret": ["secretName": "s"]]]]]
        )
        #expect(result == ["spec": ["volumes": [["name": "v", "secret": ["secretName": "s"]]]]])
    }

    @Test func `lists without a strategy are replaced`() throws {
        let target: JSONValue = ["spec": ["tolerations": [["key": "a"]]]]
        let result = try patch(target, ["spec": ["tolerations": [["key": "b"]]]])
        #expect(result == ["spec": ["tolerations": [["key": "b"]]]])
    }

    @Test func `the annotation of kubectl apply merges like any other`() throws {
        let result = try patch(
            ["metadata": ["name": "n"], "data": ["a": "1"]],
            ["metadata": ["annotations": ["kubectl.kubernetes.io/last-applied-configuration": "{}"]]]
        )
        #expect(
            result[path: ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"]] == "{}"
        )
        #expect(result["data"] == ["a": "1"])
    }

    @Test(
        arguments: [
            ["spec": ["containers": [["image": "x"]]]], ["$patch": "nope"], ["spec": ["containers": ["a"]]], [1],
            ["spec": ["$retainKeys": ["a"], "nodeName": "n"]],
            ["metadata": ["$deleteFromPrimitiveList/finalizers": "a"]],
        ] as [JSONValue]
    )
    func `a patch that makes no sense is refused`(_ document: JSONValue) {
        #expect(throws: StrategicMergePatch.Failure.self) { try patch(containers("a"), document) }
    }
}

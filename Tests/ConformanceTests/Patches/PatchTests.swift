// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct PatchTests {
    @Test func `a merge patch sets, removes and replaces whole lists`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            let spec: JSONValue = ["size": 1, "color": "green", "words": ["a", "b"], "extra": ["x": 1, "y": 2]]
            try await cluster.create(cluster.widgets, "a", ["spec": spec])
            let patched = try await cluster.merge(
                cluster.widgets,
                "a",
                ["spec": ["size": 2, "words": ["c"], "extra": ["x": .null, "z": 3]]]
            )
            #expect(
                patched["spec"] == ["size": 2, "color": "green", "words": ["c"], "extra": ["y": 2, "z": 3]]
            )
            #expect(try await cluster.get(cluster.widgets, "a") == patched)
        }
    }

    @Test func `a patch that changes nothing keeps the resource version`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.configMaps, "a", ["data": ["x": "1"]])
            #expect(try await cluster.merge(.configMaps, "a", ["data": ["x": "1"]]) == created)
            #expect(try await cluster.merge(.configMaps, "a", [:]) == created)
        }
    }

    @Test func `a JSON patch is applied in order`() async throws {
        try await withCluster { cluster in
            let metadata: JSONValue = ["annotations": ["a/b": "2", "c": "3"]]
            try await cluster.create(.configMaps, "a", ["data": ["x": "1"], "metadata": metadata])
            let patched = try await cluster.client.patch(
                .configMaps,
                cluster.name("a"),
                .json([
                    ["op": "test", "path": "/data/x", "value": "1"],
                    ["op": "replace", "path": "/data/x", "value": "3"],
                    ["op": "remove", "path": "/metadata/annotations/a~1b"],
                    ["op": "add", "path": "/data/y", "value": "4"],
                    ["op": "copy", "from": "/data/y", "path": "/data/z"],
                    ["op": "move", "from": "/data/x", "path": "/data/w"],
                ])
            )
            #expect(patched["data"] == ["w": "3", "y": "4", "z": "4"])
            #expect(patched["metadata"]?["annotations"] == ["c": "3"])
        }
    }

    @Test func `a JSON patch whose test fails changes nothing`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.configMaps, "a", ["data": ["x": "1"]])
            let patches: [JSONValue] = [
                [
                    ["op": "replace", "path": "/data/x", "value": "2"],
                    ["op": "test", "path": "/data/x", "value": "1"],
                ],
                [["op": "remove", "path": "/data/none"]],
            ]
            for patch in patches {
                let status = try await refused(.invalid) {
                    _ = try await cluster.client.patch(.configMaps, cluster.name("a"), .json(patch))
                }
                #expect(status.code == 422)
            }
            #expect(try await cluster.get(.configMaps, "a") == created)
        }
    }

    @Test func `a resource version in a patch is a precondition`() async throws {
        try await withCluster { cluster in
            let first = try await cluster.create(.configMaps, "a")
            let patch: JSONValue = [
                "metadata": ["resourceVersion": .string(first.resourceVersion)], "data": ["x": "1"],
            ]
            let second = try await cluster.merge(.configMaps, "a", patch)
            #expect(second["data"] == ["x": "1"])
            let again: JSONValue = [
                "metadata": ["resourceVersion": .string(first.resourceVersion)], "data": ["x": "2"],
            ]
            try await refused(.conflict) { try await cluster.merge(.configMaps, "a", again) }
            #expect(try await cluster.get(.configMaps, "a") == second)
        }
    }

    @Test func `patches of many at once are all done`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.configMaps, "a")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<4 {
                    group.addTask {
                        try await cluster.merge(.configMaps, "a", ["data": .object(["k\(index)": "1"])])
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await cluster.get(.configMaps, "a")["data"]?.object?.count == 4)
        }
    }

    @Test func `what is not there is not patched`() async throws {
        try await withCluster { cluster in
            let status = try await refused(.notFound) {
                try await cluster.merge(.configMaps, "a", ["data": ["x": "1"]])
            }
            #expect(status.name == "a")
        }
    }

    @Test func `a patch may neither rename nor give another identity`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.configMaps, "a")
            try await refused(.badRequest) {
                try await cluster.merge(.configMaps, "a", ["metadata": ["name": "b"]])
            }
            let uid: JSONValue = ["metadata": ["uid": "11111111-2222-3333-4444-555555555555"]]
            let status = try await refused(.invalid) { try await cluster.merge(.configMaps, "a", uid) }
            #expect(status.faults == ["FieldValueInvalid metadata.uid"])
        }
    }

    @Test func `a dry run shows the change and does not make it`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(.configMaps, "a")
            let options = WriteOptions(dryRun: true)
            let shown = try await cluster.merge(.configMaps, "a", ["data": ["x": "1"]], options: options)
            #expect(shown["data"] == ["x": "1"])
            #expect(try await cluster.get(.configMaps, "a") == created)
        }
    }

    @Test func `a strategic merge patch merges lists by their keys`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.deployments, "a", ["spec": Self.deployment])
            func patch(_ containers: JSONValue) async throws -> JSONValue {
                try await cluster.client.patch(
                    .deployments,
                    cluster.name("a"),
                    .strategicMerge(["spec": ["template": ["spec": ["containers": containers]]]])
                )
            }
            let changed = try await patch([["name": "two", "image": "image:2"]])
            let containers = changed["spec"]?["template"]?["spec"]?["containers"]?.array ?? []
            #expect(
                containers.compactMap { $0["name"]?.string } == ["two", "one"]
                    || containers.compactMap { $0["name"]?.string } == ["one", "two"]
            )
            #expect(containers.first { $0["name"] == "two" }?["image"] == "image:2")
            #expect(containers.first { $0["name"] == "one" }?["image"] == "image:1")
            let fewer = try await patch([["name": "one", "$patch": "delete"]])
            let left = fewer["spec"]?["template"]?["spec"]?["containers"]?.array ?? []
            #expect(left.compactMap { $0["name"]?.string } == ["two"])
        }
    }

    @Test func `custom kinds take no strategic merge patch`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            try await cluster.create(cluster.widgets, "a", ["spec": ["size": 1]])
            let status = try await refused(.unsupportedMediaType) {
                _ = try await cluster.client.patch(
                    cluster.widgets,
                    cluster.name("a"),
                    .strategicMerge(["spec": ["size": 2]])
                )
            }
            #expect(status.code == 415)
        }
    }

    private static let deployment: JSONValue = [
        // Nothing should run.
        "replicas": 0,
        "selector": ["matchLabels": ["app": "a"]],
        "template": [
            "metadata": ["labels": ["app": "a"]],
            "spec": ["containers": [["name": "one", "image": "image:1"], ["name": "two", "image": "image:1"]]],
        ],
    ]
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct ConfigMapTests {
    @Test func `keys are file names, values are text or base64`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(
                .configMaps,
                "a",
                ["data": ["A.b-c_1": "x", "empty": ""], "binaryData": ["bytes": "AP8="]]
            )
            #expect(created["data"] == ["A.b-c_1": "x", "empty": ""])
            #expect(created["binaryData"] == ["bytes": "AP8="])
            #expect(created["metadata"]?["generation"] == nil)
            let status = try await refused(.invalid) {
                try await cluster.create(.configMaps, "b", ["data": ["a/b": "x"]])
            }
            #expect(status.faults == ["FieldValueInvalid data[a/b]"])
            let wrong: [JSONObject] = [["data": ["x": 1]], ["data": "x"], ["binaryData": ["x": "no base64!"]]]
            for content in wrong {
                try await refused(.badRequest) { try await cluster.create(.configMaps, "b", content) }
            }
        }
    }

    @Test func `what is immutable keeps its data and cannot be opened again`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.configMaps, "a", ["data": ["x": "1"], "immutable": true])
            let patches: [(JSONValue, String)] = [
                (["data": ["x": "2"]], "data"), (["binaryData": ["y": "AA=="]], "binaryData"),
                (["immutable": false], "immutable"),
            ]
            for (patch, field) in patches {
                let status = try await refused(.invalid) { try await cluster.merge(.configMaps, "a", patch) }
                #expect(status.faults == ["FieldValueForbidden \(field)"])
            }
            let labelled = try await cluster.merge(.configMaps, "a", ["metadata": ["labels": ["x": "1"]]])
            #expect(labelled["data"] == ["x": "1"])
        }
    }

    @Test func `a megabyte is the limit`() async throws {
        try await withCluster { cluster in
            let text = JSONValue.string(String(repeating: "x", count: 1_048_577))
            let status = try await refused(.invalid) {
                try await cluster.create(.configMaps, "a", ["data": ["x": text]])
            }
            #expect(status.causes.map(\.reason) == ["FieldValueTooLong"])
        }
    }
}

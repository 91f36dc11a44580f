// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct SecretTests {
    @Test func `string data is folded into the data, and never read back`() async throws {
        try await withCluster { cluster in
            let created = try await cluster.create(
                .secrets,
                "a",
                ["data": ["x": "AP8=", "y": "AA=="], "stringData": ["y": "text", "z": "ü"]]
            )
            #expect(created["data"] == ["x": "AP8=", "y": "dGV4dA==", "z": "w7w="])
            #expect(created["stringData"] == nil)
            #expect(created["type"] == "Opaque")
            let changed = try await cluster.merge(.secrets, "a", ["stringData": ["x": "1"]])
            #expect(changed["data"]?["x"] == "MQ==")
        }
    }

    @Test func `data must be base64`() async throws {
        try await withCluster { cluster in
            try await refused(.badRequest) { try await cluster.create(.secrets, "a", ["data": ["x": "no base64!"]]) }
        }
    }

    @Test func `the type stays as it is`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.secrets, "a", ["type": "example.dev/one"])
            let status = try await refused(.invalid) {
                try await cluster.merge(.secrets, "a", ["type": "example.dev/two"])
            }
            #expect(status.faults == ["FieldValueInvalid type"])
        }
    }
}

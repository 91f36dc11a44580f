// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct ProtobufObjectTests {
    /// A field of bytes: its tag, its length (below 128) and the bytes.
    private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(bytes.count)] + bytes
    }

    private func field(_ number: UInt8, _ text: String) -> [UInt8] {
        field(number, Array(text.utf8))
    }

    private func body(_ apiVersion: String, _ kind: String, _ object: [UInt8]) -> [UInt8] {
        [0x6B, 0x38, 0x73, 0] + field(1, field(1, apiVersion) + field(2, kind)) + field(2, object) + field(3, "")
            + field(4, "")
    }

    @Test func `a config map as kubectl sends it`() throws {
        let metadata = field(1, "settings") + field(2, "") + field(8, []) + field(11, field(1, "a") + field(2, "b"))
        let object = field(1, metadata) + field(2, field(1, "x") + field(2, "1")) + field(2, field(1, "empty"))
        #expect(
            try ProtobufObject.json(body("v1", "ConfigMap", object)) == [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "settings", "labels": ["a": "b"]],
                "data": ["x": "1", "empty": ""],
            ]
        )
    }

    @Test func `the data of a secret are base64`() throws {
        let object = field(1, field(1, "s")) + field(2, field(1, "k") + field(2, [0xFF, 0x00])) + field(3, "Opaque")
        let secret = try #require(try ProtobufObject.json(body("v1", "Secret", object)))
        #expect(secret["data"] == ["k": "/wA="])
        #expect(secret["type"] == "Opaque")
    }

    @Test func `lists keep their order, and numbers and named ports their type`() throws {
        let number: [UInt8] = field(1, "a") + [3 << 3, 0xD0, 0x0F] + field(4, [1 << 3, 0, 2 << 3, 80])
        let named: [UInt8] = field(1, "b") + [3 << 3, 2] + field(4, [1 << 3, 1] + field(3, "http"))
        let object = field(1, field(1, "s")) + field(2, field(1, number) + field(1, named))
        let service = try #require(try ProtobufObject.json(body("v1", "Service", object)))
        #expect(
            service["spec"]?["ports"] == [
                ["name": "a", "port": 2_000, "targetPort": 80], ["name": "b", "port": 2, "targetPort": "http"],
            ]
        )
    }

    @Test func `a kind that is not understood is nothing`() throws {
        #expect(try ProtobufObject.json(body("v1", "Pod", [])) == nil)
    }

    @Test func `any cut is refused or read, and never traps`() throws {
        let whole = body("v1", "ConfigMap", field(1, field(1, "settings")) + field(2, field(1, "x") + field(2, "1")))
        for count in 0..<whole.count {
            _ = try? ProtobufObject.json(Array(whole.prefix(count)))
        }
        #expect(throws: ProtobufReader.Malformed.self) { try ProtobufObject.json([1, 2, 3]) }
        #expect(throws: ProtobufReader.Malformed.self) {
            try ProtobufObject.json([0x6B, 0x38, 0x73, 0, 0x0A, 0xFF, 0xFF])
        }
        let endless: [UInt8] = [0x6B, 0x38, 0x73, 0] + [UInt8](repeating: 0xFF, count: 12)
        #expect(throws: ProtobufReader.Malformed.self) { try ProtobufObject.json(endless) }
    }
}

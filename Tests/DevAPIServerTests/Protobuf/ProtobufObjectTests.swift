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

    @Test func `what would be lost is refused, and what was never set is not missed`() throws {
        let name = field(1, field(1, "a"))
        // An empty status, a zero and a message of zeros: Go writes them all.
        let zeros = field(9, "") + [10 << 3, 0] + field(11, [1 << 3, 0] + field(2, ""))
        #expect(try ProtobufObject.json(body("v1", "ConfigMap", name + zeros))?["metadata"] == ["name": "a"])
        for unknown in [
            field(9, "x"), [10 << 3, 1], field(11, field(2, "x")), [12 << 3 | 1] + [UInt8](repeating: 0, count: 8),
        ] {
            #expect(throws: ProtobufFailure.notUnderstood(field: Int(unknown[0] >> 3))) {
                try ProtobufObject.json(body("v1", "ConfigMap", name + unknown))
            }
        }
        let volume = field(1, field(1, "data"))
        let deployment = name + field(2, field(3, field(2, volume)))
        #expect(throws: ProtobufFailure.notUnderstood(field: 1)) {
            try ProtobufObject.json(body("apps/v1", "Deployment", deployment))
        }
    }

    @Test func `a lease keeps its times to the microsecond, and its zeros`() throws {
        // 2024-01-02T03:04:05.678901Z
        let time: [UInt8] = [1 << 3, 0xA5, 0xFA, 0xCD, 0xAC, 0x06, 2 << 3, 0x88, 0xEA, 0xDC, 0xC3, 0x02]
        let spec = field(1, "me") + [2 << 3, 15] + field(4, time) + [5 << 3, 0]
        let metadata = field(1, "a") + [7 << 3, 0] + field(8, []) + field(6, "12")
        let lease = try #require(
            try ProtobufObject.json(body("coordination.k8s.io/v1", "Lease", field(1, metadata) + field(2, spec)))
        )
        #expect(lease["metadata"] == ["name": "a", "resourceVersion": "12"])
        #expect(
            lease["spec"] == [
                "holderIdentity": "me", "leaseDurationSeconds": 15, "renewTime": "2024-01-02T03:04:05.678901Z",
                "leaseTransitions": 0,
            ]
        )
    }

    @Test func `managed fields come along as the JSON that they are`() throws {
        let entry = field(1, "me") + field(2, "Update") + field(6, "FieldsV1") + field(7, field(1, #"{"f:data":{}}"#))
        let object = try #require(
            try ProtobufObject.json(body("v1", "ConfigMap", field(1, field(1, "a") + long(17, entry))))
        )
        #expect(object["metadata"]?["managedFields"]?[0]?["fieldsV1"] == ["f:data": [:]])
    }

    @Test func `the two kinds of event differ in their fields`() throws {
        let name = field(1, field(1, "a"))
        let core = try ProtobufObject.json(body("v1", "Event", name + field(4, "hello") + [8 << 3, 0]))
        #expect(core?["message"] == "hello")
        #expect(core?["count"] == nil)
        let event = try ProtobufObject.json(body("events.k8s.io/v1", "Event", name + field(10, "hello")))
        #expect(event?["note"] == "hello")
    }

    /// A field with a number of two bytes.
    private func long(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        let tag = number << 3 | 2
        return [UInt8(tag & 0x7F | 0x80), UInt8(tag >> 7), UInt8(bytes.count)] + bytes
    }

    @Test func `any cut is refused or read, and never traps`() throws {
        let whole = body("v1", "ConfigMap", field(1, field(1, "settings")) + field(2, field(1, "x") + field(2, "1")))
        for count in 0..<whole.count {
            _ = try? ProtobufObject.json(Array(whole.prefix(count)))
        }
        #expect(throws: ProtobufFailure.malformed) { try ProtobufObject.json([1, 2, 3]) }
        #expect(throws: ProtobufFailure.malformed) {
            try ProtobufObject.json([0x6B, 0x38, 0x73, 0, 0x0A, 0xFF, 0xFF])
        }
        let endless: [UInt8] = [0x6B, 0x38, 0x73, 0] + [UInt8](repeating: 0xFF, count: 12)
        #expect(throws: ProtobufFailure.malformed) { try ProtobufObject.json(endless) }
    }
}

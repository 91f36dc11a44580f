// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Objects in the protobuf form of Kubernetes (`application/vnd.kubernetes.protobuf`).
///
/// `kubectl create namespace`, `create configmap` and their like send nothing else, and clients in Go write Leases and
/// Events in it. None of them falls back to JSON when it is refused, so what they write is read here; a kind or a field
/// that is not known is refused with 415, never passed over. Nothing is ever written in this form: every client takes
/// JSON as well.
enum ProtobufObject {
    /// The media type.
    static let mediaType = "application/vnd.kubernetes.protobuf"

    /// The first four bytes of every such body (`k8s.io/apimachinery/pkg/runtime/serializer/protobuf`).
    private static let prefix: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    /// Reads an object.
    ///
    /// - Returns: The object; `nil` when its kind is not one of those that are understood.
    /// - Throws: `ProtobufFailure` when the bytes are no object, or say what is not understood.
    static func json(_ body: [UInt8]) throws(ProtobufFailure) -> JSONValue? {
        guard body.starts(with: prefix) else { throw .malformed }
        // runtime.Unknown: 1 the type, 2 the object itself.
        var reader = ProtobufReader(body.dropFirst(prefix.count))
        var type: JSONObject = [:]
        var raw: ArraySlice<UInt8> = []
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let bytes)): type = try typeMeta.json(bytes)
            case (2, .bytes(let bytes)): raw = bytes
            default: break
            }
        }
        guard let kind = type["kind"]?.string, let apiVersion = type["apiVersion"]?.string,
            let message = ProtobufKinds.message(apiVersion: apiVersion, kind: kind)
        else { return nil }
        var object = try message.json(raw)
        object["apiVersion"] = type["apiVersion"]
        object["kind"] = type["kind"]
        return .object(object)
    }

    private static let typeMeta = ProtobufMessage.fields([1: ("apiVersion", .string), 2: ("kind", .string)])
}

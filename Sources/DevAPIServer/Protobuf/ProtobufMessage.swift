// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// How the fields of a protobuf message become the members of a JSON object.
struct ProtobufMessage: Sendable {
    /// The type of a field.
    indirect enum Kind: Sendable {
        /// A string.
        case string
        /// An integer.
        case integer
        /// A Boolean.
        case boolean
        /// A byte string, base64 in JSON.
        case data
        /// Another message.
        case message(ProtobufMessage)
        /// A map from strings to strings.
        case strings
        /// A map from strings to byte strings.
        case datas
        /// A time with `seconds` and `nanos`; left out when it is zero.
        case time
        /// An `IntOrString` of `k8s.io/apimachinery`.
        case integerOrString
        /// A field that may come several times.
        case list(Kind)
    }

    /// A field: its member's name and its type.
    typealias Field = (name: String, kind: Kind)

    private let fields: [Int: Field]

    /// A message with fields by number; those that are not named are passed over.
    static func fields(_ fields: [Int: Field]) -> Self {
        Self(fields: fields)
    }

    /// Reads a message.
    ///
    /// - Throws: `ProtobufReader.Malformed` when the bytes are none, or a field is of another type.
    func json(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> JSONObject {
        var reader = ProtobufReader(bytes)
        var result: JSONObject = [:]
        while let (number, value) = try reader.next() {
            guard let field = fields[number] else { continue }
            try Self.add(value, as: field.kind, to: &result, under: field.name)
        }
        return result
    }

    private static func add(
        _ value: ProtobufReader.Value,
        as kind: Kind,
        to object: inout JSONObject,
        under name: String
    ) throws(ProtobufReader.Malformed) {
        switch kind {
        case .list(let element):
            guard let json = try json(value, as: element) else { return }
            object[name] = .array((object[name]?.array ?? []) + [json])
        case .strings, .datas:
            var members = object[name]?.object ?? [:]
            let (key, text) = try entry(value, isData: isData(kind))
            members[key] = .string(text)
            object[name] = .object(members)
        default:
            // What is empty is what was not said: Go writes its zero values too.
            if let json = try json(value, as: kind), json != "", json != [:] { object[name] = json }
        }
    }

    private static func isData(_ kind: Kind) -> Bool {
        if case .datas = kind { true } else { false }
    }

    private static func json(
        _ value: ProtobufReader.Value,
        as kind: Kind
    ) throws(ProtobufReader.Malformed) -> JSONValue? {
        switch (kind, value) {
        case (.string, .bytes(let bytes)): return .string(try text(bytes))
        case (.data, .bytes(let bytes)): return .string(Data(bytes).base64EncodedString())
        case (.integer, .number(let number)): return .integer(Int64(bitPattern: number))
        case (.boolean, .number(let number)): return .bool(number != 0)
        case (.message(let message), .bytes(let bytes)): return .object(try message.json(bytes))
        case (.time, .bytes(let bytes)): return try time(bytes)
        case (.integerOrString, .bytes(let bytes)): return try integerOrString(bytes)
        default: throw ProtobufReader.Malformed()
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ProtobufReader.Malformed() }
        return text
    }

    /// An entry of a map is a message of a key and a value, either of which is left out when it is empty.
    private static func entry(
        _ value: ProtobufReader.Value,
        isData: Bool
    ) throws(ProtobufReader.Malformed) -> (key: String, value: String) {
        guard case .bytes(let bytes) = value else { throw ProtobufReader.Malformed() }
        var reader = ProtobufReader(bytes)
        var result = (key: "", value: "")
        while let (number, part) = try reader.next() {
            guard case .bytes(let content) = part else { throw ProtobufReader.Malformed() }
            if number == 1 { result.key = try text(content) }
            if number == 2 { result.value = isData ? Data(content).base64EncodedString() : try text(content) }
        }
        return result
    }

    private static func time(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> JSONValue? {
        var reader = ProtobufReader(bytes)
        var seconds: Int64?
        while let (number, value) = try reader.next() {
            if number == 1, case .number(let count) = value { seconds = Int64(bitPattern: count) }
        }
        return seconds.map { .string(Timestamp.format(Date(timeIntervalSince1970: Double($0)))) }
    }

    private static func integerOrString(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> JSONValue? {
        var reader = ProtobufReader(bytes)
        var isString = false
        var number: Int64 = 0
        var string = ""
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .number(let kind)): isString = kind == 1
            case (2, .number(let value)): number = Int64(bitPattern: value)
            case (3, .bytes(let value)): string = try text(value)
            default: break
            }
        }
        return isString ? .string(string) : .integer(number)
    }
}

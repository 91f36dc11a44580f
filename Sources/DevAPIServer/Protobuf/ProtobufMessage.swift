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
        /// An integer that may be missing; its zero means zero.
        case integer
        /// An integer that Go always writes; its zero is left out.
        case count
        /// A Boolean that may be missing; its false means false.
        case boolean
        /// A Boolean that Go always writes; its false is left out.
        case flag
        /// A byte string, base64 in JSON.
        case data
        /// Another message.
        case message(ProtobufMessage)
        /// A map from strings to strings.
        case strings
        /// A map from strings to byte strings.
        case datas
        /// A time with `seconds` and `nanos`, to the second; left out when it is zero.
        case time
        /// The same to the microsecond.
        case microTime
        /// A message whose field 1 is JSON, as `FieldsV1` is.
        case raw
        /// An `IntOrString` of `k8s.io/apimachinery` that Go always writes; its zero is left out.
        case integerOrString
        /// A field that may come several times.
        case list(Kind)
    }

    /// A field: its member's name and its type.
    typealias Field = (name: String, kind: Kind)

    private let fields: [Int: Field]

    /// A message with fields by number; any other may say nothing.
    static func fields(_ fields: [Int: Field]) -> Self {
        Self(fields: fields)
    }

    /// Reads a message.
    ///
    /// - Throws: `ProtobufFailure` when the bytes are none, a field is of another type, or one that is not named says
    ///   something: it would be lost.
    func json(_ bytes: ArraySlice<UInt8>) throws(ProtobufFailure) -> JSONObject {
        var reader = ProtobufReader(bytes)
        var result: JSONObject = [:]
        while let (number, value) = try reader.next() {
            guard let field = fields[number] else {
                guard ProtobufReader.isZero(value) else { throw .notUnderstood(field: number) }
                continue
            }
            try Self.add(value, as: field.kind, to: &result, under: field.name)
        }
        return result
    }

    private static func add(
        _ value: ProtobufReader.Value,
        as kind: Kind,
        to object: inout JSONObject,
        under name: String
    ) throws(ProtobufFailure) {
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
    ) throws(ProtobufFailure) -> JSONValue? {
        switch (kind, value) {
        case (.string, .bytes(let bytes)): return .string(try text(bytes))
        case (.data, .bytes(let bytes)): return .string(Data(bytes).base64EncodedString())
        case (.integer, .number(let number)): return .integer(Int64(bitPattern: number))
        case (.count, .number(let number)): return number == 0 ? nil : .integer(Int64(bitPattern: number))
        case (.boolean, .number(let number)): return .bool(number != 0)
        case (.flag, .number(let number)): return number == 0 ? nil : true
        case (.message(let message), .bytes(let bytes)): return .object(try message.json(bytes))
        case (.time, .bytes(let bytes)): return try time(bytes).map { .string(Timestamp.format($0)) }
        case (.microTime, .bytes(let bytes)): return try time(bytes).map { .string(Timestamp.formatMicro($0)) }
        case (.raw, .bytes(let bytes)): return try raw(bytes)
        case (.integerOrString, .bytes(let bytes)): return try integerOrString(bytes)
        default: throw ProtobufFailure.malformed
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(ProtobufFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ProtobufFailure.malformed }
        return text
    }

    /// An entry of a map is a message of a key and a value, either of which is left out when it is empty.
    private static func entry(
        _ value: ProtobufReader.Value,
        isData: Bool
    ) throws(ProtobufFailure) -> (key: String, value: String) {
        guard case .bytes(let bytes) = value else { throw ProtobufFailure.malformed }
        var reader = ProtobufReader(bytes)
        var result = (key: "", value: "")
        while let (number, part) = try reader.next() {
            guard case .bytes(let content) = part else { throw ProtobufFailure.malformed }
            if number == 1 { result.key = try text(content) }
            if number == 2 { result.value = isData ? Data(content).base64EncodedString() : try text(content) }
        }
        return result
    }

    private static func time(_ bytes: ArraySlice<UInt8>) throws(ProtobufFailure) -> Date? {
        var reader = ProtobufReader(bytes)
        var seconds: Int64?
        var nanoseconds: Int64 = 0
        while let (number, value) = try reader.next() {
            if number == 1, case .number(let count) = value { seconds = Int64(bitPattern: count) }
            if number == 2, case .number(let count) = value { nanoseconds = Int64(bitPattern: count) }
        }
        return seconds.map { Date(timeIntervalSince1970: Double($0) + Double(nanoseconds / 1_000) / 1_000_000) }
    }

    private static func raw(_ bytes: ArraySlice<UInt8>) throws(ProtobufFailure) -> JSONValue? {
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            guard number == 1, case .bytes(let text) = value else { continue }
            guard let json = try? JSONValue(parsing: text) else { throw .malformed }
            return json
        }
        return nil
    }

    private static func integerOrString(_ bytes: ArraySlice<UInt8>) throws(ProtobufFailure) -> JSONValue? {
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
        if isString { return .string(string) }
        return number == 0 ? nil : .integer(number)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Writes JSON values as UTF-8, members sorted by name, so that equal values are equal bytes.
public struct JSONWriter: Sendable {
    /// How the text is laid out.
    public enum Layout: Sendable {
        /// No white space at all.
        case compact
        /// One member a line, indented by two spaces.
        case indented
    }

    private let layout: Layout
    private var bytes: [UInt8] = []

    private init(layout: Layout) {
        self.layout = layout
    }

    /// Writes one value.
    public static func bytes(_ value: JSONValue, layout: Layout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.bytes.reserveCapacity(512)
        writer.write(value, indent: 0)
        return writer.bytes
    }

    /// Writes one value at the end of a buffer, compact.
    public static func append(_ value: JSONValue, to buffer: inout [UInt8]) {
        var writer = JSONWriter(layout: .compact)
        swap(&writer.bytes, &buffer)
        writer.write(value, indent: 0)
        swap(&writer.bytes, &buffer)
    }

    private mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): write(value)
        case .number(let value): write(value)
        case .string(let value): write(value)
        case .array(let elements): write(elements, indent: indent)
        case .object(let object): write(object, indent: indent)
        }
    }

    private mutating func write(_ value: Int64) {
        if (0..<10).contains(value) {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    private mutating func write(_ value: Double) {
        // A whole number is written without a fraction, as Go's encoder does; 2^53 bounds what is exact.
        let isExact = value.magnitude < 9_007_199_254_740_992 && value == value.rounded(.towardZero)
        if isExact, !(value == 0 && value.sign == .minus) {
            write(Int64(value))
        } else if value.isFinite {
            bytes.append(contentsOf: value.description.utf8)
        } else {
            bytes.append(contentsOf: "null".utf8)
        }
    }

    private mutating func write(_ elements: [JSONValue], indent: Int) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(indent: indent + 1)
            write(element, indent: indent + 1)
        }
        if !elements.isEmpty { breakLine(indent: indent) }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject, indent: Int) {
        bytes.append(UInt8(ascii: "{"))
        var first = true
        for (name, value) in object {
            if !first { bytes.append(UInt8(ascii: ",")) }
            first = false
            breakLine(indent: indent + 1)
            write(name)
            bytes.append(UInt8(ascii: ":"))
            if case .indented = layout { bytes.append(UInt8(ascii: " ")) }
            write(value, indent: indent + 1)
        }
        if !object.isEmpty { breakLine(indent: indent) }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func breakLine(indent: Int) {
        guard case .indented = layout else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * 2))
    }

    private mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        let done: Void? = string.utf8.withContiguousStorageIfAvailable { writeEscaped($0) }
        if done == nil { Array(string.utf8).withUnsafeBufferPointer { writeEscaped($0) } }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscaped(_ source: UnsafeBufferPointer<UInt8>) {
        var run = 0
        for index in source.indices {
            let byte = source[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: source[run..<index])
            run = index + 1
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case 0x08: bytes.append(contentsOf: "\\b".utf8)
            case 0x0C: bytes.append(contentsOf: "\\f".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            default:
                let hex = String(byte, radix: 16)
                bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
                bytes.append(contentsOf: hex.utf8)
            }
        }
        bytes.append(contentsOf: source[run...])
    }
}

extension JSONValue {
    /// This value as compact JSON in UTF-8.
    public var jsonBytes: [UInt8] {
        JSONWriter.bytes(self)
    }

    /// This value as compact JSON.
    public var jsonText: String {
        String(decoding: jsonBytes, as: UTF8.self)
    }
}

extension JSONValue: CustomStringConvertible {
    /// This value as compact JSON.
    public var description: String { jsonText }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Writes JSON values as block YAML that readers of YAML 1.1 and 1.2 take for the same.
///
/// Members come sorted, those that open a Kubernetes object (`apiVersion`, `kind`, `metadata`, `spec`) first and
/// `status` last. Strings that any reader might take for something else are put in double quotes, with the escapes of
/// JSON; text of several lines becomes a literal block where that is exact.
public struct YAMLWriter: Sendable {
    private var bytes: [UInt8] = []

    private init() {}

    /// Writes one document without a document marker; the text ends in a line break.
    public static func text(_ value: JSONValue) -> String {
        String(decoding: Self.bytes(value), as: UTF8.self)
    }

    /// Writes several documents, each after a `---` line but for the first.
    public static func text(documents: [JSONValue]) -> String {
        documents.map { text($0) }.joined(separator: "---\n")
    }

    /// Writes one document without a document marker, as UTF-8.
    public static func bytes(_ value: JSONValue) -> [UInt8] {
        var writer = YAMLWriter()
        writer.bytes.reserveCapacity(1024)
        switch value {
        case .object(let object) where !object.isEmpty: writer.write(object, indent: 0, continuesLine: true)
        case .array(let elements) where !elements.isEmpty: writer.write(elements, indent: 0, continuesLine: true)
        default:
            writer.writeScalar(value, indent: 0)
            writer.bytes.append(UInt8(ascii: "\n"))
        }
        return writer.bytes
    }

    /// Writes members, the first on the current line when `continuesLine`.
    private mutating func write(_ object: JSONObject, indent: Int, continuesLine: Bool) {
        var continues = continuesLine
        for (name, value) in Self.ordered(object) {
            if !continues { pad(indent) }
            continues = false
            writeString(name, indent: indent, isKey: true)
            bytes.append(UInt8(ascii: ":"))
            switch value {
            case .object(let inner) where !inner.isEmpty:
                bytes.append(UInt8(ascii: "\n"))
                write(inner, indent: indent + 2, continuesLine: false)
            case .array(let elements) where !elements.isEmpty:
                bytes.append(UInt8(ascii: "\n"))
                write(elements, indent: indent, continuesLine: false)
            default:
                bytes.append(UInt8(ascii: " "))
                writeScalar(value, indent: indent + 2)
                bytes.append(UInt8(ascii: "\n"))
            }
        }
    }

    private mutating func write(_ elements: [JSONValue], indent: Int, continuesLine: Bool) {
        var continues = continuesLine
        for element in elements {
            if !continues { pad(indent) }
            continues = false
            bytes.append(contentsOf: "- ".utf8)
            switch element {
            case .object(let object) where !object.isEmpty:
                write(object, indent: indent + 2, continuesLine: true)
            case .array(let inner) where !inner.isEmpty:
                write(inner, indent: indent + 2, continuesLine: true)
            default:
                writeScalar(element, indent: indent + 2)
                bytes.append(UInt8(ascii: "\n"))
            }
        }
    }

    private mutating func writeScalar(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .number(let value): bytes.append(contentsOf: Self.text(of: value).utf8)
        case .string(let text): writeString(text, indent: indent, isKey: false)
        case .array: bytes.append(contentsOf: "[]".utf8)
        case .object: bytes.append(contentsOf: "{}".utf8)
        }
    }

    private mutating func writeString(_ text: String, indent: Int, isKey: Bool) {
        if YAMLStringStyle.isPlainSafe(text) {
            bytes.append(contentsOf: text.utf8)
        } else if !isKey, YAMLStringStyle.isBlockSafe(text) {
            writeBlock(text, indent: max(indent, 2))
        } else {
            YAMLStringStyle.appendQuoted(text, to: &bytes)
        }
    }

    /// Writes a literal block without the line break that ends its last line.
    private mutating func writeBlock(_ text: String, indent: Int) {
        let endsInBreak = text.utf8.last == UInt8(ascii: "\n")
        bytes.append(contentsOf: (endsInBreak ? "|" : "|-").utf8)
        let body = endsInBreak ? text.utf8.dropLast() : text.utf8[...]
        for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            bytes.append(UInt8(ascii: "\n"))
            if !line.isEmpty { pad(indent) }
            bytes.append(contentsOf: line)
        }
    }

    private mutating func pad(_ indent: Int) {
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    }

    /// A decimal with a point in it, since readers of YAML 1.1 take `1e+21` for a string.
    package static func text(of number: Double) -> String {
        let text = number.description
        guard !text.contains("."), let exponent = text.firstIndex(where: { $0 == "e" || $0 == "E" }) else {
            return text
        }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    private static func ordered(_ object: JSONObject) -> [JSONObject.Member] {
        guard object["apiVersion"]?.string != nil, object["kind"]?.string != nil else { return Array(object) }
        let opening = ["apiVersion", "kind", "metadata", "spec"]
        var members: [JSONObject.Member] = opening.compactMap { name in object[name].map { (name, $0) } }
        members += object.filter { !opening.contains($0.name) && $0.name != "status" }
        if let status = object["status"] { members.append(("status", status)) }
        return members
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// Writes scalars so that readers of YAML 1.1 and of YAML 1.2 take them for the same.
struct ScalarText {
    /// How the neighbours, or the scalar before, are written; `nil` when there are none.
    var hint: YAMLTree.Style?
    /// Whether single quotes serve where there is no hint.
    var prefersSingleQuotes = false
    /// Whether the scalar stands in brackets or braces.
    var isFlow = false
    /// The column of the lines of a block scalar; `nil` where none may stand.
    var blockColumn: Int?
    /// What ends a line.
    var lineBreak: [UInt8] = [0x0A]

    /// Appends a scalar, or the sign of an empty collection.
    func append(_ value: JSONValue, to output: inout [UInt8]) {
        switch value {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .integer(let value): output += String(value).utf8
        case .number(let value): output += YAMLWriter.text(of: value).utf8
        case .array: output += "[]".utf8
        case .object: output += "{}".utf8
        case .string(let text): append(text, to: &output)
        }
    }

    /// Appends a string.
    func append(_ text: String, to output: inout [UInt8]) {
        switch hint {
        case .doubleQuoted?: YAMLStringStyle.appendQuoted(text, to: &output)
        case .singleQuoted? where YAMLStringStyle.isSingleQuoteSafe(text): appendSingleQuoted(text, to: &output)
        default:
            if let blockColumn, hint != .singleQuoted, YAMLStringStyle.isBlockSafe(text) {
                appendBlock(text, column: blockColumn, to: &output)
            } else if isPlain(text) {
                output += text.utf8
            } else if prefersSingleQuotes, YAMLStringStyle.isSingleQuoteSafe(text) {
                appendSingleQuoted(text, to: &output)
            } else {
                YAMLStringStyle.appendQuoted(text, to: &output)
            }
        }
    }

    private func isPlain(_ text: String) -> Bool {
        if YAMLStringStyle.isPlainSafe(text) {
            // Some readers end a plain scalar in brackets at any colon.
            return !isFlow || !text.utf8.contains(UInt8(ascii: ":"))
        }
        return hint == .plain && Self.isGUID(text)
    }

    /// Whether a text has the form 8-4-4-4-12, which is neither number nor date to any reader.
    private static func isGUID(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count == 36 else { return false }
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 8, 13, 18, 23:
                guard byte == UInt8(ascii: "-") else { return false }
            default:
                let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                guard isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20) else { return false }
            }
        }
        return true
    }

    private func appendSingleQuoted(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "'"))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "'") { output.append(byte) }
            output.append(byte)
        }
        output.append(UInt8(ascii: "'"))
    }

    /// Appends a literal block without the line break that ends its last line.
    private func appendBlock(_ text: String, column: Int, to output: inout [UInt8]) {
        let endsInBreak = text.utf8.last == UInt8(ascii: "\n")
        output += (endsInBreak ? "|" : "|-").utf8
        let body = endsInBreak ? text.utf8.dropLast() : text.utf8[...]
        for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            output += lineBreak
            if !line.isEmpty { output += repeatElement(0x20, count: column) }
            output += line
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The numbers of Go's `yaml.v2`: decimal, octal (`017`, `0o17`), hexadecimal and binary integers with `_` between the
/// digits, and decimal fractions.
enum YAMLNumber {
    /// The number that a plain scalar stands for; `nil` when it is a string.
    ///
    /// A number without fraction is an integer even when written `1e3`: so it arrives at the API server.
    static func value(of text: String) -> JSONValue? {
        if text.utf8.first == UInt8(ascii: ".") {
            return isDecimal(text.utf8[...]) ? float(text) : nil
        }
        let plain = text.utf8.contains(UInt8(ascii: "_")) ? String(text.filter { $0 != "_" }) : text
        if let integer = integer(plain) { return integer }
        return isDecimal(plain.utf8[...]) ? float(plain) : nil
    }

    private static func integer(_ text: String) -> JSONValue? {
        var digits = text.utf8[...]
        var sign = ""
        if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? "-" : ""
            digits = digits.dropFirst()
        }
        var radix = 10
        if digits.first == UInt8(ascii: "0"), digits.count > 1 {
            switch digits.dropFirst().first {
            case UInt8(ascii: "x"), UInt8(ascii: "X"): radix = 16
            case UInt8(ascii: "o"), UInt8(ascii: "O"): radix = 8
            case UInt8(ascii: "b"), UInt8(ascii: "B"): radix = 2
            default: radix = 8
            }
            let isLetter = (digits.dropFirst().first ?? 0) > UInt8(ascii: "9")
            digits = digits.dropFirst(isLetter ? 2 : 1)
        }
        guard !digits.isEmpty, digits.allSatisfy({ isDigit($0, radix: radix) }) else { return nil }
        let body = String(decoding: digits, as: UTF8.self)
        if let value = Int64(sign + body, radix: radix) { return .integer(value) }
        // Beyond 64 bits with sign: a floating-point value, as the next reader of the JSON will take it.
        var value = 0.0
        for digit in digits { value = value * Double(radix) + Double(digitValue(digit)) }
        guard value.isFinite, radix != 10 else { return nil }
        return .number(sign.isEmpty ? value : -value)
    }

    private static func digitValue(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: Int.max
        }
    }

    private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
        digitValue(byte) < radix
    }

    /// Whether the text is `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
    private static func isDecimal(_ text: Substring.UTF8View) -> Bool {
        var rest = text
        dropSign(&rest)
        let whole = dropDigits(&rest)
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = dropDigits(&rest)
        }
        guard whole + fraction > 0 else { return false }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            dropSign(&rest)
            guard dropDigits(&rest) > 0 else { return false }
        }
        return rest.isEmpty
    }

    private static func dropSign(_ rest: inout Substring.UTF8View) {
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    }

    private static func dropDigits(_ rest: inout Substring.UTF8View) -> Int {
        let count = rest.count
        rest = rest.drop { isDigit($0, radix: 10) }
        return count - rest.count
    }

    /// The number, or `nil` when it is out of range (Go then keeps the string).
    private static func float(_ text: String) -> JSONValue? {
        guard let value = Double(text), value.isFinite else { return nil }
        if value.magnitude < 9_007_199_254_740_992, value == value.rounded(.towardZero) {
            return .integer(Int64(value))
        }
        return .number(value)
    }
}

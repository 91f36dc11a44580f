// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Base 16 (RFC 4648, 8): two digits a byte.
public enum Hexadecimal {
    /// Writes bytes, in lower case unless the other is asked for.
    public static func encode(_ bytes: some Sequence<UInt8>, uppercase: Bool = false) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.underestimatedCount * 2)
        for byte in bytes { append(byte, to: &text, uppercase: uppercase) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The value of a digit of either case; `nil` when the character is none.
    public static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Appends the two digits of a byte.
    static func append(_ byte: UInt8, to text: inout [UInt8], uppercase: Bool) {
        text.append(digit(byte >> 4, uppercase))
        text.append(digit(byte & 0xF, uppercase))
    }

    private static func digit(_ value: UInt8, _ uppercase: Bool) -> UInt8 {
        switch value {
        case ..<10: UInt8(ascii: "0") + value
        default: UInt8(ascii: uppercase ? "A" : "a") + (value - 10)
        }
    }
}

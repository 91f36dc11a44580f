// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Base64url as RFC 7515, 2 has it in tokens: no padding, nothing skipped, and one text for each sequence of bytes.
///
/// A second text for the same bytes (non-zero bits after the last byte) would be a second token with the same
/// signature, and whoever lists or counts tokens by their text would be misled.
enum StrictBase64URL {
    /// Reads digits; `nil` for anything that the encoder of RFC 4648, 5 would not have written.
    static func decode(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count % 4 != 1 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(digits.count * 3 / 4)
        let values = values
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        // Valid values stay below 64, so that one look at all of them after the loop is enough.
        var seen: UInt8 = 0
        for digit in digits {
            let value = values[Int(digit)]
            seen |= value
            accumulator = (accumulator &<< 6) | UInt32(value & 0x3F)
            bits &+= 6
            if bits >= 8 {
                bits &-= 8
                result.append(UInt8(truncatingIfNeeded: accumulator &>> bits))
            }
        }
        let rest = accumulator & ((1 &<< bits) &- 1)
        return seen < 64 && rest == 0 ? result : nil
    }

    /// The value of each byte as a digit; 255 for bytes that are none.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for (value, digit) in alphabet.utf8.enumerated() { table[Int(digit)] = UInt8(value) }
        return table
    }()
}

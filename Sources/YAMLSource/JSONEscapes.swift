// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The one escape of JSON strings that YAML does not have.
enum JSONEscapes {
    /// Rewrites `\ud83d\ude00` as `\U0001f600` throughout a text that is known to be JSON; `nil` when there is none.
    static func joiningSurrogates(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var changed = false
        var index = text.startIndex
        while index < text.endIndex {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.endIndex else {
                output.append(text[index])
                index += 1
                continue
            }
            if let high = unit(text, at: index), let low = unit(text, at: index + 6),
                (0xD800..<0xDC00).contains(high), (0xDC00..<0xE000).contains(low)
            {
                let scalar = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
                let hex = String(scalar, radix: 16)
                output.append(contentsOf: "\\U".utf8)
                output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 8 - hex.utf8.count))
                output.append(contentsOf: hex.utf8)
                changed = true
                index += 12
            } else {
                output.append(text[index])
                output.append(text[index + 1])
                index += 2
            }
        }
        return changed ? output : nil
    }

    /// Puts escapes of the same length that libyaml takes in the place of surrogate pairs, so that every offset stays.
    ///
    /// `nil` when there is none.
    static func maskingSurrogates(_ text: [UInt8]) -> [UInt8]? {
        var output = text
        var changed = false
        var index = 0
        while index < output.count {
            guard output[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            if let high = unit(text[...], at: index), let low = unit(text[...], at: index + 6),
                (0xD800..<0xDC00).contains(high), (0xDC00..<0xE000).contains(low)
            {
                output.replaceSubrange(index..<index + 12, with: "\\u0041\\u0041".utf8)
                changed = true
                index += 12
            } else {
                index += 2
            }
        }
        return changed ? output : nil
    }

    /// The value of `\uXXXX` at that position.
    private static func unit(_ text: ArraySlice<UInt8>, at index: Int) -> Int? {
        guard index + 6 <= text.endIndex, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u")
        else { return nil }
        return Int(String(decoding: text[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Bytes written as `%` and two hexadecimal digits, where a text stands in a URL or a form.
public enum PercentEncoding {
    /// What is written as it is, and how a space is written.
    public enum Form: Sendable, CaseIterable {
        /// A part of a URL: everything that is not unreserved is encoded (RFC 3986, 2.1 and 2.3).
        case component
        /// A name or a value of `application/x-www-form-urlencoded`: a space is `+` (WHATWG URL, 5.2).
        case form
    }

    /// Writes a text.
    public static func encode(_ text: String, as form: Form = .component) -> String {
        var result = ""
        append(text, to: &result, as: form)
        return result
    }

    /// Appends a text, encoded.
    public static func append(_ text: String, to target: inout String, as form: Form = .component) {
        // Names of objects and most values need no escape.
        if text.utf8.allSatisfy({ isPlain($0, form) }) {
            target += text
            return
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 2)
        for byte in text.utf8 {
            if isPlain(byte, form) {
                bytes.append(byte)
            } else if byte == UInt8(ascii: " "), form == .form {
                bytes.append(UInt8(ascii: "+"))
            } else {
                bytes.append(UInt8(ascii: "%"))
                Hexadecimal.append(byte, to: &bytes, uppercase: true)
            }
        }
        target += String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what was encoded; `nil` when an escape is broken or the result is not UTF-8.
    ///
    /// What need not have been written as it is, is let through.
    public static func decode(_ text: some Sequence<UInt8>, as form: Form = .component) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.underestimatedCount)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(Hexadecimal.value),
                    let low = rest.next().flatMap(Hexadecimal.value)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where form == .form: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8, _ form: Form) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        case UInt8(ascii: "~"): form == .component
        case UInt8(ascii: "*"): form == .form
        default: false
        }
    }
}

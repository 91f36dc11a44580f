// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The query of a request, built parameter by parameter.
struct QueryString: Sendable {
    /// The query with its question mark; empty without parameters.
    private(set) var text = ""

    /// Whether there is no parameter.
    var isEmpty: Bool { text.isEmpty }

    /// Adds a parameter; one without a value is left out.
    mutating func add(_ name: StaticString, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        text += text.isEmpty ? "?" : "&"
        text += name.description
        text += "="
        PercentEncoding.append(value, to: &text)
    }
}

/// Percent-encoding (RFC 3986, section 2.1) of everything that is not unreserved.
enum PercentEncoding {
    /// Appends a text, encoded.
    static func append(_ text: String, to target: inout String) {
        if text.utf8.allSatisfy(isUnreserved) {
            target += text
            return
        }
        for byte in text.utf8 {
            if isUnreserved(byte) {
                target.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                target += byte < 16 ? "%0" : "%"
                target += String(byte, radix: 16, uppercase: true)
            }
        }
    }

    /// Decodes a text; `nil` when an escape is broken or the result is not UTF-8.
    static func decode(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

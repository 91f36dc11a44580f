// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The `kid` of a key (RFC 7517, 4.5): an opaque string, compared byte by byte.
///
/// `String ==` is canonical equivalence, and would take a composed and a decomposed "é" for one key id.
public struct KeyID: Sendable {
    /// The id as text; not for comparison, and to be escaped before it is shown.
    public let text: String

    /// Creates an id.
    public init(_ text: String) {
        self.text = text
    }

    /// The bytes that count.
    public var utf8: String.UTF8View { text.utf8 }
}

extension KeyID: Hashable, Comparable {
    /// Whether both are the same bytes.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        UTF8Order.equal(lhs.text, rhs.text)
    }

    /// Whether the bytes of one come before those of the other.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        UTF8Order.compare(lhs.text, rhs.text) < 0
    }

    /// Feeds the bytes to a hasher.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
    }
}

extension KeyID: ExpressibleByStringLiteral {
    /// Creates an id.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension KeyID: CustomStringConvertible {
    /// The id with everything but printable ASCII escaped, so that it can stand in a log line.
    public var description: String {
        var result = ""
        for scalar in text.unicodeScalars {
            result += scalar.value >= 0x20 && scalar.value < 0x7F ? String(scalar) : scalar.escaped(asASCII: true)
        }
        return result
    }
}

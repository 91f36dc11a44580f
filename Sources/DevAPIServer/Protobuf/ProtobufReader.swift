// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Reads the fields of one protobuf message (protobuf.dev, "Encoding"), bounded by the bytes that are there.
struct ProtobufReader {
    /// The value of a field as it stands on the wire.
    enum Value {
        /// An integer, Boolean or enumeration.
        case number(UInt64)
        /// A string, byte string or message.
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    /// Creates a reader of one message.
    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// The next field, and `nil` at the end.
    ///
    /// - Throws: `ProtobufFailure` when the bytes break off, or a field is of fixed size, which no kind read here has.
    mutating func next() throws(ProtobufFailure) -> (field: Int, value: Value)? {
        if rest.isEmpty { return nil }
        let tag = try number()
        let field = Int(truncatingIfNeeded: tag >> 3)
        switch tag & 7 {
        case 0: return (field, .number(try number()))
        case 1, 5: throw .notUnderstood(field: field)
        case 2:
            let count = try number()
            guard count <= UInt64(rest.count) else { throw .malformed }
            let bytes = rest.prefix(Int(count))
            rest = rest.dropFirst(Int(count))
            return (field, .bytes(bytes))
        default: throw .malformed
        }
    }

    private mutating func number() throws(ProtobufFailure) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw .malformed }
            result |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return result }
        }
        throw .malformed
    }

    /// Whether a value says nothing: a zero, or a message of nothing but such, as Go writes what was never set.
    static func isZero(_ value: Value, depth: Int = 8) -> Bool {
        switch value {
        case .number(let number): return number == 0
        case .bytes(let bytes):
            guard depth > 0 else { return false }
            var reader = Self(bytes)
            do throws(ProtobufFailure) {
                while let (_, part) = try reader.next() {
                    guard isZero(part, depth: depth - 1) else { return false }
                }
                return true
            } catch {
                return false
            }
        }
    }
}

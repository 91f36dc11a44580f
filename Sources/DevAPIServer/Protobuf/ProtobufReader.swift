// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Reads the fields of one protobuf message (protobuf.dev, "Encoding"), bounded by the bytes that are there.
struct ProtobufReader {
    /// Why bytes are no protobuf message of the expected kind.
    struct Malformed: Error {}

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
    /// - Throws: `Malformed` when the bytes break off or use a wire type that Kubernetes has no field of.
    mutating func next() throws(Malformed) -> (field: Int, value: Value)? {
        while !rest.isEmpty {
            let tag = try number()
            let field = Int(truncatingIfNeeded: tag >> 3)
            switch tag & 7 {
            case 0: return (field, .number(try number()))
            case 1: try skip(8)
            case 2:
                let count = try number()
                guard count <= UInt64(rest.count) else { throw Malformed() }
                let bytes = rest.prefix(Int(count))
                rest = rest.dropFirst(Int(count))
                return (field, .bytes(bytes))
            case 5: try skip(4)
            default: throw Malformed()
            }
        }
        return nil
    }

    private mutating func number() throws(Malformed) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw Malformed() }
            result |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return result }
        }
        throw Malformed()
    }

    private mutating func skip(_ count: Int) throws(Malformed) {
        guard rest.count >= count else { throw Malformed() }
        rest = rest.dropFirst(count)
    }
}

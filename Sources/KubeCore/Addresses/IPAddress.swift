// Grantor
// SPDX-License-Identifier: Apache-2.0

/// An IP address as a number.
public enum IPAddress: Sendable, Hashable {
    /// An IPv4 address in host byte order.
    case v4(UInt32)
    /// The upper and the lower half of an IPv6 address.
    case v6(UInt64, UInt64)

    /// Reads `192.0.2.1` (four decimal numbers without leading zeros) or an IPv6 address (RFC 4291, 2.2).
    public init?(_ text: String) {
        if let value = Self.v4(text[...]) {
            self = .v4(value)
        } else if let groups = Self.groups(text) {
            self = .v6(Self.half(groups[..<4]), Self.half(groups[4...]))
        } else {
            return nil
        }
    }

    /// Whether it is this machine: `127.0.0.0/8`, also as an IPv4-mapped address, or `::1`.
    public var isLoopback: Bool {
        switch self {
        case .v4(let value): value >> 24 == 127
        case .v6(0, let low): low == 1 || low >> 24 == 0xFFFF_7F
        case .v6: false
        }
    }

    /// The IPv4 addresses that an IPv6 address carries for a translator or a tunnel, each of which may be reached.
    public var embedded: [IPAddress] {
        guard case .v6(let high, let low) = self else { return [] }
        var found: [UInt32] = []
        let lower = UInt32(truncatingIfNeeded: low)
        switch (high, low >> 32) {
        case (0, 0) where low > 1: found.append(lower)  // IPv4-compatible, RFC 4291, 2.5.5.1
        case (0, 0xFFFF): found.append(lower)  // IPv4-mapped, RFC 4291, 2.5.5.2
        case (0, 0xFFFF_0000): found.append(lower)  // IPv4-translated, RFC 2765, 2.1
        case (0x0064_FF9B_0000_0000, 0): found.append(lower)  // NAT64, RFC 6052
        default: break
        }
        if high >> 16 == 0x0064_FF9B_0001 {
            // NAT64 with a local prefix, RFC 8215: the operator chose its length, so both ends of the choice count.
            let upper = UInt32(truncatingIfNeeded: (high & 0xFFFF) << 16 | (low >> 40) & 0xFFFF)
            found.append(contentsOf: [lower, upper].filter { $0 != 0 })
        }
        if high >> 48 == 0x2002 { found.append(UInt32(truncatingIfNeeded: high >> 16)) }  // 6to4, RFC 3056
        if high >> 32 == 0x2001_0000 {  // Teredo, RFC 4380: the server, and the client with its bits flipped
            found.append(UInt32(truncatingIfNeeded: high))
            found.append(~lower)
        }
        if (low >> 32) & 0xFDFF_FFFF == 0x5EFE { found.append(lower) }  // ISATAP, RFC 5214
        return found.map(IPAddress.v4)
    }

    private static func v4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part.utf8.count == 1 || part.utf8.first != 0x30, let number = UInt32(part), number < 256
            else { return nil }
            value = value << 8 | number
        }
        return value
    }

    private static func groups(_ text: String) -> [UInt16]? {
        let bytes = Array(text.utf8)
        let colon = UInt8(ascii: ":")
        let gap = bytes.indices.dropLast().first { bytes[$0] == colon && bytes[$0 + 1] == colon }
        guard let gap else {
            guard let all = pieces(text[...], mayEndInV4: true), all.count == 8 else { return nil }
            return all
        }
        let head = pieces(Substring(decoding: bytes[..<gap], as: UTF8.self), mayEndInV4: false)
        let tail = pieces(Substring(decoding: bytes[(gap + 2)...], as: UTF8.self), mayEndInV4: true)
        guard let head, let tail, head.count + tail.count <= 7 else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func pieces(_ text: Substring, mayEndInV4: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var result: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, mayEndInV4, let value = v4(part) {
                result.append(UInt16(truncatingIfNeeded: value >> 16))
                result.append(UInt16(truncatingIfNeeded: value))
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
                    let value = UInt16(part, radix: 16)
                else { return nil }
                result.append(value)
            }
        }
        return result
    }

    private static func half(_ groups: ArraySlice<UInt16>) -> UInt64 {
        groups.reduce(0) { $0 << 16 | UInt64($1) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The address as text; an IPv6 address with all eight groups.
    public var description: String {
        switch self {
        case .v4(let value):
            stride(from: 24, through: 0, by: -8).map { String((value >> UInt32($0)) & 0xFF) }.joined(separator: ".")
        case .v6(let high, let low):
            [high, low].flatMap { half in
                stride(from: 48, through: 0, by: -16).map { String((half >> UInt64($0)) & 0xFFFF, radix: 16) }
            }.joined(separator: ":")
        }
    }
}

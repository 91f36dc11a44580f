// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The formats of strings that a Kubernetes API server checks; names that it does not know hold for everything.
enum StringFormat {
    /// Whether a text is of a format.
    static func accepts(_ text: String, format: String) -> Bool {
        let bytes = Array(text.utf8)
        switch format {
        case "date-time", "datetime": return Timestamp.parse(text) != nil
        case "date": return bytes.count == 10 && Timestamp.parse(text + "T00:00:00Z") != nil
        case "byte": return isBase64(bytes)
        case "uri": return isURI(bytes)
        case "email": return isEmail(bytes)
        case "uuid": return isUUID(bytes)
        case "hostname": return isHostname(bytes)
        case "ipv4": return isIPv4(text)
        case "ipv6": return isIPv6(text)
        case "cidr":
            guard let (address, length) = text.splitOnce(at: "/"), let length = Int(length) else { return false }
            return isIPv4(address) ? (0...32).contains(length) : isIPv6(address) && (0...128).contains(length)
        case "duration": return isDuration(bytes)
        default: return true
        }
    }

    /// Whether bytes are base64 of the standard alphabet with padding (RFC 4648, section 4).
    static func isBase64(_ bytes: [UInt8]) -> Bool {
        base64Problem(bytes) == nil
    }

    /// The position of the first byte that is no base64; `nil` when all is well.
    ///
    /// Line breaks do not count, as in Go's decoder.
    static func base64Problem(_ bytes: [UInt8]) -> Int? {
        var digits = 0
        var padding = 0
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
            case UInt8(ascii: "="):
                padding += 1
                if digits % 4 < 2 || padding > 4 - digits % 4 { return index }
            case _ where isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/"):
                if padding > 0 { return index }
                digits += 1
            default: return index
            }
        }
        return (digits + padding) % 4 == 0 ? nil : bytes.count
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { Hexadecimal.value(of: byte) != nil }

    /// A scheme with a colon, or an absolute path (`url.ParseRequestURI`), without white space and control characters.
    private static func isURI(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return false }
        if first == UInt8(ascii: "/") { return true }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, !(48...57).contains(first) else {
            return false
        }
        return bytes[..<colon].allSatisfy { isAlphanumeric($0) || [0x2B, 0x2D, 0x2E].contains($0) }
    }

    private static func isEmail(_ bytes: [UInt8]) -> Bool {
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")), at > 0, at < bytes.count - 1 else { return false }
        return bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F } && !bytes[..<at].contains(UInt8(ascii: "@"))
    }

    private static func isUUID(_ bytes: [UInt8]) -> Bool {
        let digits = bytes.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32, digits.allSatisfy(isHexadecimal) else { return false }
        let dashes = bytes.indices.filter { bytes[$0] == UInt8(ascii: "-") }
        return dashes.isEmpty || dashes == [8, 13, 18, 23]
    }

    private static func isHostname(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 255 else { return false }
        return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last)
                && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard let value = UInt8(part), String(value) == part else { return false }
                return true
            }
    }

    private static func isIPv6(_ text: String) -> Bool {
        let halves = text.splitOnce(at: "::")
        var groups = 0
        for (index, half) in [halves?.0 ?? text, halves?.1 ?? ""].enumerated() {
            if half.isEmpty { continue }
            let parts = half.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            for (position, part) in parts.enumerated() {
                let isLast = position == parts.count - 1 && (index == 1 || halves == nil)
                if isLast, isIPv4(part) {
                    groups += 2
                } else if (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexadecimal) {
                    groups += 1
                } else {
                    return false
                }
            }
        }
        return halves == nil ? groups == 8 : groups < 8
    }

    /// A Go duration, as in `1h30m` or `1.5s`, or a count with a long unit, as in `3 days`.
    private static func isDuration(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        if rest.elementsEqual("0".utf8) { return true }
        var isEmpty = true
        while !rest.isEmpty {
            let number = rest.prefix { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
            guard number.contains(where: { $0 != UInt8(ascii: ".") }) else { return false }
            rest = rest.dropFirst(number.count).drop { $0 == UInt8(ascii: " ") }
            let unit = rest.prefix { !(48...57).contains($0) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: " ") }
            guard durationUnits.contains(String(decoding: unit, as: UTF8.self)) else { return false }
            rest = rest.dropFirst(unit.count)
            isEmpty = false
        }
        return !isEmpty
    }

    private static let durationUnits: Set<String> = [
        "ns", "nano", "nanos", "nanosecond", "nanoseconds", "us", "µs", "micro", "micros", "ms", "milli", "millis", "s",
        "sec", "secs", "second", "seconds", "m", "min", "minute", "minutes", "h", "hr", "hour", "hours", "d", "day",
        "days", "w", "wk", "week", "weeks",
    ]
}

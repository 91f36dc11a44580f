// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The target of a request (RFC 9112, 3.2.1) taken apart by hand: path segments and query, percent-decoded.
struct RequestTarget: Sendable, Equatable {
    /// The path as sent, without the query.
    let path: String
    /// The segments of the path; empty ones are left out, as a trailing slash makes.
    let segments: [String]
    /// The query; of a repeated parameter the first counts.
    let query: [String: String]

    /// Reads a target; `nil` when an escape is broken or stands for something that is not UTF-8.
    init?(_ target: String) {
        let bytes = target.utf8
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        path = String(target[..<mark])
        var segments: [String] = []
        segments.reserveCapacity(8)
        for part in target[..<mark].utf8.split(separator: UInt8(ascii: "/")) {
            guard let segment = Self.decode(part, plusIsSpace: false) else { return nil }
            segments.append(segment)
        }
        self.segments = segments
        var query: [String: String] = [:]
        if mark != bytes.endIndex {
            for part in target[bytes.index(after: mark)...].utf8.split(separator: UInt8(ascii: "&")) {
                let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
                let rest = equals == part.endIndex ? part[equals...] : part[part.index(after: equals)...]
                guard let name = Self.decode(part[..<equals], plusIsSpace: true),
                    let value = Self.decode(rest, plusIsSpace: true)
                else { return nil }
                if query[name] == nil { query[name] = value }
            }
        }
        self.query = query
    }

    private static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool) -> String? {
        let percent = UInt8(ascii: "%")
        let plus = UInt8(ascii: "+")
        guard text.contains(where: { $0 == percent || ($0 == plus && plusIsSpace) }) else {
            return String(Substring(text))
        }
        return PercentEncoding.decode(text, as: plusIsSpace ? .form : .component)
    }
}

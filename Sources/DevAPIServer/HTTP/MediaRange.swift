// Grantor
// SPDX-License-Identifier: Apache-2.0

/// One clause of an `Accept` header (RFC 9110, 12.5.1), or a `Content-Type`.
struct MediaRange: Sendable, Equatable {
    /// The type in lower case, as in `application/json`, `*/*`.
    let type: String
    /// The parameters, names in lower case.
    let parameters: [String: String]

    /// Reads one clause.
    init(_ text: Substring) {
        let parts = text.utf8.split(separator: UInt8(ascii: ";")).map(Self.trim)
        type = (parts.first ?? "").lowercased()
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            guard let equals = part.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = Self.trim(part[part.utf8.index(after: equals)...].utf8)
            parameters[Self.trim(part[..<equals].utf8).lowercased()] = String(value)
        }
        self.parameters = parameters
    }

    /// Reads the clauses of an `Accept` header in order of preference; those with `q=0` are left out.
    ///
    /// Weights other than 0 do not occur among clients of Kubernetes and are not read.
    static func clauses(of header: String) -> [MediaRange] {
        header.utf8.split(separator: UInt8(ascii: ",")).map { MediaRange(Substring($0)) }
            .filter { $0.parameters["q"] != "0" && !$0.type.isEmpty }
    }

    private static func trim(_ text: Substring.UTF8View) -> Substring {
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        var trimmed = text.drop(while: isSpace)
        while let last = trimmed.last, isSpace(last) { trimmed.removeLast() }
        return Substring(trimmed)
    }
}

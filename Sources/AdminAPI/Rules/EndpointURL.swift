// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The parts of an absolute http or https URL (RFC 3986), read strictly.
struct EndpointURL {
    /// Why a text is no URL that can be used.
    enum Problem: Error {
        case notAbsolute, badScheme(String), noHost, badHost, badPort, hasUserInfo, hasFragment, badCharacter
    }

    /// `http` or `https`.
    let scheme: String
    /// The host in lower case; IPv6 in brackets.
    let host: String
    /// The port, when the URL names one.
    let port: Int?
    /// The path, beginning with `/` unless empty.
    let path: String
    /// Whether there is a query.
    let hasQuery: Bool

    init(_ text: String) throws(Problem) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .notAbsolute }
        let scheme = text[..<colon].lowercased()
        guard text[colon...].hasPrefix("://"), Self.isScheme(scheme) else { throw .notAbsolute }
        guard scheme == "https" || scheme == "http" else { throw .badScheme(scheme) }
        let rest = text[text.utf8.index(colon, offsetBy: 3)...]
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        // Before the characters: what stands before an @ may be a password, and no message should speak of it.
        guard !authority.utf8.contains(UInt8(ascii: "@")) else { throw .hasUserInfo }
        guard text.utf8.allSatisfy(Self.isURLByte) else { throw .badCharacter }
        guard !rest.utf8.contains(UInt8(ascii: "#")) else { throw .hasFragment }
        self.scheme = scheme
        (host, port) = try Self.hostAndPort(authority)
        let query = rest[authorityEnd...].firstIndex(of: "?")
        path = String(rest[authorityEnd..<(query ?? rest.endIndex)])
        hasQuery = query != nil
    }

    /// The URL without its query, fit for messages.
    var shown: String {
        let port = port.map { ":\($0)" } ?? ""
        let shownPath = path.utf8.count <= 128 ? path : "\(path.prefix(120))..."
        return "\(scheme)://\(host)\(port)\(shownPath.contains("@") ? "/..." : shownPath)"
    }

    /// Whether the host is this machine.
    var isLoopback: Bool {
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        if name == "localhost" || name.hasSuffix(".localhost") || name == "[::1]" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { UInt8($0) != nil && $0.utf8.first != UInt8(ascii: "+") }
    }

    /// Whether the host is a service of the cluster: `*.svc` or `*.svc.<cluster domain>`.
    func isClusterService(domain: String) -> Bool {
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        let suffixes = domain.isEmpty ? [".svc"] : [".svc", ".svc.\(domain.lowercased())"]
        return suffixes.contains { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }
    }

    private static func hostAndPort(_ authority: Substring) throws(Problem) -> (String, Int?) {
        var host = authority
        var port: Int?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw .badHost }
            host = authority[...close]
            let inner = host.dropFirst().dropLast()
            guard inner.contains(":"), inner.utf8.allSatisfy(isIPv6Byte) else { throw .badHost }
            let after = authority[authority.index(after: close)...]
            if !after.isEmpty {
                guard after.hasPrefix(":") else { throw .badHost }
                port = try parsePort(after.dropFirst())
            }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = try parsePort(authority[authority.index(after: colon)...])
        }
        guard !host.isEmpty else { throw .noHost }
        guard host.hasPrefix("[") || isName(host) else { throw .badHost }
        return (host.lowercased(), port)
    }

    private static func parsePort(_ text: Substring) throws(Problem) -> Int {
        guard !text.isEmpty, text.utf8.count <= 5, text.utf8.allSatisfy({ isDigit($0) }), let port = Int(text),
            (1...65_535).contains(port)
        else { throw .badPort }
        return port
    }

    private static func isName(_ host: Substring) -> Bool {
        let trimmed = host.hasSuffix(".") ? host.dropLast() : host
        guard trimmed.utf8.count <= 253 else { return false }
        return trimmed.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy {
                    isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
    }

    private static func isScheme(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 16 else { return false }
        return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || [0x2B, 0x2D, 0x2E].contains($0) }
    }

    /// Whether a byte may stand in a URL: printable ASCII without what RFC 3986 leaves out.
    private static func isURLByte(_ byte: UInt8) -> Bool {
        guard byte > 0x20, byte < 0x7F else { return false }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            return false
        default: return true
        }
    }

    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20) || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: ".")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

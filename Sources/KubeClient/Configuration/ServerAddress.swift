// Grantor
// SPDX-License-Identifier: Apache-2.0

/// An API server's address, taken apart.
struct ServerAddress: Sendable, Hashable {
    /// Whether TLS is spoken.
    var isSecure: Bool
    /// The host; an IPv6 address without its brackets.
    var host: String
    /// The port.
    var port: Int
    /// What stands in front of `/api`; empty or with a leading and without a trailing slash.
    var pathPrefix: String

    /// Reads an address as client-go does: without a scheme it is `https` when TLS is configured, else `http`.
    ///
    /// - Returns: `nil` when it is no address.
    init?(_ text: String, prefersTLS: Bool) {
        var rest = text[...]
        if let scheme = text.firstRange(of: "://") {
            switch text[..<scheme.lowerBound].lowercased() {
            case "https": isSecure = true
            case "http": isSecure = false
            default: return nil
            }
            rest = text[scheme.upperBound...]
        } else {
            isSecure = prefersTLS
        }
        let end = rest.firstIndex(where: { "/?#".contains($0) }) ?? rest.endIndex
        var path = rest[end...]
        guard !path.contains(where: { "?#".contains($0) }) else { return nil }
        while path.hasSuffix("/") { path.removeLast() }
        pathPrefix = String(path)
        guard let authority = Authority(rest[..<end]), authority.userInfo == nil else { return nil }
        host = authority.host
        port = authority.port ?? (isSecure ? 443 : 80)
    }

    /// Host and port as they stand in a URL.
    var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// The address with another host, as a URL without path.
    func url(host other: String? = nil) -> String {
        var copy = self
        copy.host = other ?? host
        return "\(isSecure ? "https" : "http")://\(copy.authority)"
    }
}

/// The part of a URL between the slashes (RFC 3986, section 3.2).
struct Authority: Sendable {
    /// What stands before the `@`, still encoded.
    var userInfo: String?
    /// The host; an IPv6 address without its brackets.
    var host: String
    /// The port, when there is one.
    var port: Int?

    /// Reads an authority; `nil` when it is none.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if let at = rest.lastIndex(of: "@") {
            userInfo = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        if rest.hasPrefix("[") {
            guard let close = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<close])
            rest = rest[rest.index(after: close)...]
            guard host.contains(":"), rest.isEmpty || rest.hasPrefix(":") else { return nil }
        } else {
            let colon = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<colon])
            rest = rest[colon...]
        }
        if rest.hasPrefix(":") {
            let digits = rest.dropFirst()
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits),
                (1...65_535).contains(number)
            else { return nil }
            port = number
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>\"\\^`{|}%[]".utf8.contains($0) })
        else { return nil }
    }
}

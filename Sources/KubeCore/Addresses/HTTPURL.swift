// Grantor
// SPDX-License-Identifier: Apache-2.0

/// An absolute `http` or `https` URL (RFC 3986), taken apart once and strictly.
///
/// What is checked and what is dialled must be the same, so the text that goes to an HTTP client is put together again
/// from the checked parts, and anything that two readers could take differently is refused: user names, fragments,
/// escapes in the host, and hosts such as `127.1` that some resolvers take for an address.
public struct HTTPURL: Sendable, Hashable {
    /// The schemes.
    public enum Scheme: String, Sendable, CaseIterable {
        /// HTTP over TLS.
        case https
        /// Plain HTTP.
        case http

        /// The port when the URL names none.
        public var defaultPort: Int { self == .https ? 443 : 80 }
    }

    /// Why a text is no URL that can be used.
    public enum Problem: String, Error, Sendable, CaseIterable {
        /// It is longer than `maximumLength`.
        case tooLong
        /// It does not begin with a scheme and `://`.
        case notAbsolute
        /// Its scheme is neither `https` nor `http`.
        case unknownScheme
        /// It has a user name or a password.
        case hasUserInfo
        /// It has white space, or a character that must be percent-encoded.
        case badCharacter
        /// It has a fragment.
        case hasFragment
        /// It has no host.
        case noHost
        /// Its host is neither a DNS name nor an IP address.
        case badHost
        /// Its port is not between 1 and 65535.
        case badPort
    }

    /// The scheme.
    public let scheme: Scheme
    /// The host in lower case, without a final dot; an IPv6 address without brackets and with all eight groups.
    public let host: String
    /// The address, when the host is one.
    public let address: IPAddress?
    /// The port.
    public let port: Int
    /// The path; at least `/`.
    public let path: String
    /// The query without its question mark.
    public let query: String?

    /// The greatest length of a URL, in bytes.
    public static let maximumLength = 2048

    /// Reads a URL; nothing is taken off at either end.
    public init(_ text: String) throws(Problem) {
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
        let (scheme, hierarchy) = try Self.schemeAndRest(text)
        let end = hierarchy.firstIndex { "/?#".utf8.contains($0) } ?? hierarchy.endIndex
        let authority = hierarchy[..<end]
        // Before the characters: what stands before an @ may be a password, and no message should speak of it.
        guard !authority.contains(UInt8(ascii: "@")) else { throw .hasUserInfo }
        guard text.utf8.allSatisfy(Self.isAllowed) else { throw .badCharacter }
        guard !hierarchy.contains(UInt8(ascii: "#")) else { throw .hasFragment }
        let (host, port) = try HTTPURL.authority(authority)
        let target = hierarchy[end...]
        let question = target.firstIndex(of: UInt8(ascii: "?"))
        let path = target[..<(question ?? target.endIndex)]
        self.scheme = scheme
        self.host = host.text
        self.address = host.address
        self.port = port ?? scheme.defaultPort
        self.path = path.isEmpty ? "/" : String(Substring(path))
        self.query = question.map { String(Substring(target[target.index(after: $0)...])) }
    }

    /// A text without the white space and line breaks of ASCII at its ends, as pasted URLs have them.
    public static func trimmed(_ text: String) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        var bytes = text.utf8.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes = bytes.dropLast() }
        return String(Substring(bytes))
    }

    /// Resolves a reference against this URL, as a `Location` header needs it (RFC 3986, 5.2).
    ///
    /// Dot segments stay as they are: servers take them apart themselves.
    public func resolving(_ reference: String) throws(Problem) -> HTTPURL {
        let reference = String(reference.prefix { $0 != "#" })
        let colon = reference.firstIndex(of: ":")
        let delimiter = reference.firstIndex { $0 == "/" || $0 == "?" }
        if let colon, delimiter.map({ colon < $0 }) ?? true { return try HTTPURL(reference) }
        if reference.hasPrefix("//") { return try HTTPURL("\(scheme.rawValue):\(reference)") }
        if reference.hasPrefix("/") { return try HTTPURL(origin + reference) }
        if reference.isEmpty { return self }
        if reference.hasPrefix("?") { return try HTTPURL(origin + path + reference) }
        let directory = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return try HTTPURL(origin + directory + reference)
    }

    /// Scheme, host and port, the latter only when it is not the default.
    public var origin: String {
        let name = if let address, case .v6 = address { "[\(address)]" } else { host }
        return "\(scheme.rawValue)://\(name)" + (port == scheme.defaultPort ? "" : ":\(port)")
    }

    /// The URL put together again.
    public var text: String {
        origin + path + (query.map { "?" + $0 } ?? "")
    }
}

// MARK: - Where plain http is permitted

extension HTTPURL {
    /// Whether the host is this machine: `localhost` and names below it (RFC 6761, 6.3), or a loopback address.
    public var isLoopback: Bool {
        address?.isLoopback ?? (host == "localhost" || host.hasSuffix(".localhost"))
    }

    /// Whether the host is a service of the cluster: `*.svc` or `*.svc.<cluster domain>`.
    public func isClusterService(domain: String) -> Bool {
        // The host cannot begin with a dot, so that a suffix never is the whole.
        host.hasSuffix(".svc") || !domain.isEmpty && host.hasSuffix(".svc.\(domain.lowercased())")
    }

    /// Whether it is `https`, or plain `http` to where nobody stands on the way: this machine, a service of the cluster.
    ///
    /// Keys are public, but who can change them on the way decides who is an admin.
    public func isSecure(clusterDomain: String) -> Bool {
        scheme == .https || isLoopback || isClusterService(domain: clusterDomain)
    }
}

// MARK: - Reading

extension HTTPURL {
    private typealias Bytes = Substring.UTF8View

    private struct Host {
        let text: String
        let address: IPAddress?
    }

    private static func schemeAndRest(_ text: String) throws(Problem) -> (Scheme, Bytes) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .notAbsolute }
        let name = text.utf8[..<colon]
        let rest = text.utf8[text.utf8.index(after: colon)...]
        guard rest.starts(with: "//".utf8), let first = name.first, isLetter(first), name.count <= 16,
            name.allSatisfy({ isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) })
        else { throw .notAbsolute }
        guard let scheme = Scheme(rawValue: Substring(name).lowercased()) else { throw .unknownScheme }
        return (scheme, rest.dropFirst(2))
    }

    private static func authority(_ text: Bytes) throws(Problem) -> (Host, port: Int?) {
        if text.first == UInt8(ascii: "[") {
            guard let close = text.firstIndex(of: UInt8(ascii: "]")),
                let address = IPAddress(String(Substring(text[..<close].dropFirst()))), case .v6 = address
            else { throw .badHost }
            let rest = text[text.index(after: close)...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { throw .badHost }
            return (Host(text: address.description, address: address), try port(rest))
        }
        let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
        return (try host(text[..<colon]), try port(text[colon...]))
    }

    /// A name of labels of letters, digits, `-` and `_`, or an IPv4 address.
    private static func host(_ name: Bytes) throws(Problem) -> Host {
        guard !name.isEmpty else { throw .noHost }
        let dot = UInt8(ascii: ".")
        let bare = name.last == dot ? name.dropLast() : name
        let labels = bare.split(separator: dot, omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.count)
                && label.allSatisfy {
                    isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
        guard isName, bare.count <= 253, let last = labels.last else { throw .badHost }
        let text = Substring(bare).lowercased()
        let address = IPAddress(text)
        // No top-level domain is a number; resolvers take such names for addresses in forms of their own.
        guard address != nil || !isNumber(last) else { throw .badHost }
        return Host(text: text, address: address)
    }

    /// Whether the old `inet_aton` takes a label for a number: decimal, octal or hexadecimal.
    private static func isNumber(_ label: Bytes) -> Bool {
        if label.allSatisfy(isDigit) { return true }
        guard label.first == UInt8(ascii: "0"), label.dropFirst().first.map({ $0 | 0x20 }) == UInt8(ascii: "x") else {
            return false
        }
        return label.dropFirst(2).allSatisfy {
            isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
        }
    }

    private static func port(_ rest: Bytes) throws(Problem) -> Int? {
        guard !rest.isEmpty else { return nil }
        let digits = rest.dropFirst()
        guard (1...5).contains(digits.count), digits.allSatisfy(isDigit), let port = Int(Substring(digits)),
            (1...65_535).contains(port)
        else { throw .badPort }
        return port
    }

    /// The characters of RFC 3986, 2; a backslash is not one of them, and some readers take it for a slash.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !"\"<>\\^`{|}".utf8.contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

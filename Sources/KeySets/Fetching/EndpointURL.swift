// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A URL that may be fetched, taken apart once and strictly.
///
/// What is checked and what is dialled must be the same, so the text that goes to the HTTP client is put together
/// again from the checked parts, and anything that two readers could take differently is refused.
public struct EndpointURL: Sendable, Hashable {
    /// The schemes that can be fetched.
    public enum Scheme: String, Sendable {
        /// HTTP over TLS.
        case https
        /// Plain HTTP.
        case http

        /// The port when the URL names none.
        public var defaultPort: Int { self == .https ? 443 : 80 }
    }

    /// The scheme.
    public let scheme: Scheme
    /// The host in lower case, without a final dot; an IPv6 address without brackets.
    public let host: String
    /// The address, when the host is one.
    public let address: IPAddress?
    /// The port.
    public let port: Int
    /// The path; at least `/`.
    public let path: String
    /// The query without its question mark.
    public let query: String?

    /// The greatest length of a URL in bytes.
    public static let maximumLength = 2048

    /// Reads an absolute URL.
    ///
    /// - Throws: `KeySetError` with `invalidURL`; the message does not repeat the URL.
    public init(_ text: String) throws(KeySetError) {
        guard text.utf8.count <= Self.maximumLength else { throw Self.invalid("it is too long") }
        guard text.utf8.allSatisfy(Self.isAllowed) else {
            throw Self.invalid("it has white space or characters that must be escaped")
        }
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()) else {
            throw Self.invalid("it does not start with https:// or http://")
        }
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else { throw Self.invalid("it does not start with https:// or http://") }
        let hierarchy = rest.dropFirst(2)
        guard !hierarchy.contains("#") else { throw Self.invalid("it has a fragment") }
        let end = hierarchy.firstIndex { $0 == "/" || $0 == "?" } ?? hierarchy.endIndex
        let (host, port) = try Self.authority(hierarchy[..<end])
        self.init(scheme: scheme, host: host, port: port ?? scheme.defaultPort, target: hierarchy[end...])
    }

    private init(scheme: Scheme, host: Host, port: Int, target: Substring) {
        self.scheme = scheme
        self.host = host.text
        self.address = host.address
        self.port = port
        let question = target.firstIndex(of: "?")
        let path = target[..<(question ?? target.endIndex)]
        self.path = path.isEmpty ? "/" : String(path)
        self.query = question.map { String(target[target.index(after: $0)...]) }
    }

    /// Resolves a reference against this URL, as a `Location` header needs it (RFC 3986, 5.2).
    ///
    /// - Throws: `KeySetError` with `invalidURL`.
    public func resolving(_ reference: String) throws(KeySetError) -> EndpointURL {
        let reference = String(reference.prefix { $0 != "#" })
        let colon = reference.firstIndex(of: ":")
        let delimiter = reference.firstIndex { $0 == "/" || $0 == "?" }
        if let colon, delimiter.map({ colon < $0 }) ?? true { return try EndpointURL(reference) }
        if reference.hasPrefix("//") { return try EndpointURL("\(scheme.rawValue):\(reference)") }
        if reference.hasPrefix("/") { return try EndpointURL(origin + reference) }
        if reference.isEmpty { return self }
        if reference.hasPrefix("?") { return try EndpointURL(origin + path + reference) }
        let directory = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return try EndpointURL(origin + directory + reference)
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

extension EndpointURL {
    private struct Host {
        let text: String
        let address: IPAddress?
    }

    private static func authority(_ text: Substring) throws(KeySetError) -> (Host, port: Int?) {
        guard !text.contains("@") else { throw invalid("it has a user name or a password") }
        let name: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { throw invalid("its host is no IPv6 address") }
            name = text[text.index(after: text.startIndex)..<close]
            rest = text[text.index(after: close)...]
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            name = text[..<colon]
            rest = text[colon...]
        }
        return (try host(name, bracketed: text.hasPrefix("[")), try port(rest))
    }

    private static func host(_ name: Substring, bracketed: Bool) throws(KeySetError) -> Host {
        if bracketed {
            guard let address = IPAddress(String(name)), case .v6 = address else {
                throw invalid("its host is no IPv6 address")
            }
            return Host(text: address.description, address: address)
        }
        let bare = name.hasSuffix(".") ? name.dropLast() : name
        guard bare.utf8.allSatisfy(isHostCharacter), !bare.isEmpty, bare.utf8.count <= 253, !bare.hasPrefix("."),
            !bare.contains("..")
        else { throw invalid("it has no host, or one that is no ASCII host name") }
        let text = bare.lowercased()
        return Host(text: text, address: IPAddress(text))
    }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }

    private static func port(_ rest: Substring) throws(KeySetError) -> Int? {
        guard !rest.isEmpty else { return nil }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw invalid("its port is no number") }
        if digits.isEmpty { return nil }
        guard let port = Int(digits), (1...65_535).contains(port) else { throw invalid("its port is out of range") }
        return port
    }

    /// The characters of RFC 3986, 2; a backslash is not one of them, and some readers take it for a slash.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x21, 0x7F...: false
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default: true
        }
    }

    private static func invalid(_ why: String) -> KeySetError {
        KeySetError(.invalidURL, "cannot use the URL: \(why)")
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A proxy's address, taken apart: `http://user:password@proxy:3128`, `socks5://proxy`.
///
/// Printing or mirroring it yields host and port, never the user or the password.
public struct ProxyServer: Sendable, Hashable {
    /// How to speak with the proxy.
    public enum Kind: String, Sendable, CaseIterable {
        /// HTTP with `CONNECT` (RFC 9110, section 9.3.6).
        case http
        /// SOCKS 5 (RFC 1928).
        case socks
    }

    /// Why a text is no proxy that can be used.
    public enum Problem: String, Error, Sendable, CaseIterable {
        /// It has no scheme.
        case noScheme = "it has no scheme, as in http://proxy:3128"
        /// The proxy itself speaks TLS.
        case securedProxy = "proxies that speak https are not supported, only http and socks5"
        /// Its scheme is another one.
        case unknownScheme = "the scheme must be http or socks5"
        /// It is no URL.
        case noURL = "it is no URL"
        /// There is a user or a password where none can be sent.
        case socksCredentials = "a user and password for a socks5 proxy are not supported"
        /// The user or the password cannot be decoded.
        case badEscape = "its user or password is not percent-encoded UTF-8"
    }

    /// How to speak with it.
    public let kind: Kind
    /// The host; an IPv6 address without its brackets.
    public let host: String
    /// The port.
    public let port: Int
    /// The user, when the proxy wants to know; show it to nobody.
    public let user: String?
    /// The password; show it to nobody.
    public let password: String

    /// Reads an address; whatever stands behind the port counts for nothing.
    public init(_ text: String) throws(Problem) {
        guard let scheme = text.firstRange(of: "://") else { throw .noScheme }
        switch text[..<scheme.lowerBound].lowercased() {
        case "http": kind = .http
        case "socks5", "socks5h": kind = .socks
        case "https": throw .securedProxy
        default: throw .unknownScheme
        }
        var authority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
        var userInfo: Substring?
        if let at = authority.lastIndex(of: "@") {
            userInfo = authority[..<at]
            authority = authority[authority.index(after: at)...]
        }
        guard let url = try? HTTPURL("http://\(authority)") else { throw .noURL }
        let hasPort = authority.last != "]" && authority.lastIndex(of: ":") != nil
        host = url.host
        port = hasPort || kind == .http ? url.port : 1_080
        guard let userInfo else {
            (user, password) = (nil, "")
            return
        }
        guard kind == .http else { throw .socksCredentials }
        let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first.flatMap({ PercentEncoding.decode($0.utf8) }),
            let secret = PercentEncoding.decode((parts.dropFirst().first ?? "").utf8)
        else { throw .badEscape }
        (user, password) = (name, secret)
    }
}

extension ProxyServer: CustomStringConvertible, CustomReflectable {
    /// Host and port.
    public var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

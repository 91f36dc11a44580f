// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A proxy's address, taken apart (`proxy-url` of a kubeconfig).
struct ProxyAddress: Sendable {
    /// How to speak with the proxy.
    enum Kind: Sendable {
        /// HTTP with `CONNECT` (RFC 9110, section 9.3.6).
        case http
        /// SOCKS 5 (RFC 1928).
        case socks
    }

    /// How to speak with the proxy.
    var kind: Kind
    /// The host.
    var host: String
    /// The port.
    var port: Int
    /// Who asks, when the proxy wants to know.
    var credentials: (username: String, password: Secret)?

    /// Reads an address.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`; the address, which may hold a password, is not in it.
    init(_ url: Secret, origin: String) throws(KubeError) {
        func failure(_ detail: String) -> KubeError {
            KubeError(.invalidConfiguration, "cannot use the proxy-url of \(origin): \(detail)")
        }
        let text = url.reveal()
        guard let scheme = text.firstRange(of: "://") else {
            throw failure("it has no scheme, as in http://proxy:3128")
        }
        let name = text[..<scheme.lowerBound].lowercased()
        switch name {
        case "http": kind = .http
        case "socks5", "socks5h": kind = .socks
        case "https": throw failure("proxies that speak https are not supported, only http and socks5")
        default: throw failure("the scheme must be http or socks5")
        }
        let rest = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
        guard let authority = Authority(rest) else { throw failure("it is no URL") }
        host = authority.host
        port = authority.port ?? (kind == .http ? 80 : 1_080)
        guard let userInfo = authority.userInfo else { return }
        guard kind == .http else { throw failure("a user and password for a socks5 proxy are not supported") }
        let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let username = parts.first.flatMap({ PercentEncoding.decode($0) }),
            let password = PercentEncoding.decode(parts.count > 1 ? parts[1] : "")
        else { throw failure("its user or password is not percent-encoded UTF-8") }
        credentials = (username, Secret(password))
    }
}

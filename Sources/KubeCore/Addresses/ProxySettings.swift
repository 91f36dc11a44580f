// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Which proxy a request goes through: the variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as Go reads them.
///
/// Printing or mirroring it yields nothing: the URLs may hold passwords.
public struct ProxySettings: Sendable, Hashable {
    /// A proxy that cannot be used.
    public struct Invalid: Error, Sendable, Hashable {
        /// The name of the variable, or of the flag.
        public let source: String
        /// Why; the URL itself is not in it.
        public let problem: ProxyServer.Problem
    }

    private struct Source: Hashable {
        let name: String
        let url: String
    }

    private let secure: Source?
    private let plain: Source?
    private let exemptions: ProxyExemptions

    /// Reads the environment, upper case before lower case; `nil` when it names no proxy.
    ///
    /// Within CGI, `HTTP_PROXY` may be a header of a visitor, and is not read (CVE-2016-5385).
    public init?(environment: [String: String]) {
        func source(_ names: [String]) -> Source? {
            for name in names {
                if let url = environment[name], !url.isEmpty { return Source(name: name, url: url) }
            }
            return nil
        }
        secure = source(["HTTPS_PROXY", "https_proxy"])
        plain = environment["REQUEST_METHOD"] == nil ? source(["HTTP_PROXY", "http_proxy"]) : nil
        exemptions = ProxyExemptions(source(["NO_PROXY", "no_proxy"])?.url ?? "")
        if secure == nil, plain == nil { return nil }
    }

    /// One proxy for everything but what the environment exempts.
    ///
    /// - Parameters:
    ///   - url: The proxy's URL.
    ///   - source: What to call it in messages.
    ///   - environment: Where `NO_PROXY` stands.
    public init(url: String, source: String, environment: [String: String]) {
        secure = Source(name: source, url: url)
        plain = secure
        let exempt = ["NO_PROXY", "no_proxy"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        exemptions = ProxyExemptions(exempt ?? "")
    }

    /// The proxy for a server; `nil` when it is reached directly.
    ///
    /// - Throws: `Invalid` when there is one that cannot be used.
    public func proxy(isSecure: Bool, host: String, port: Int) throws(Invalid) -> ProxyServer? {
        guard let source = isSecure ? secure : plain, !exemptions.contains(host: host, port: port) else { return nil }
        do throws(ProxyServer.Problem) {
            // Go takes an address without a scheme for one of an HTTP proxy.
            return try ProxyServer(source.url.contains("://") ? source.url : "http://\(source.url)")
        } catch {
            throw Invalid(source: source.name, problem: error)
        }
    }
}

extension ProxySettings: CustomStringConvertible, CustomReflectable {
    /// Always the same.
    public var description: String { "<proxy>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

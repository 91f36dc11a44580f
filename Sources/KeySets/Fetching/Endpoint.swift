// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import KubeCore

/// A place that keys are fetched from, under one set of conditions; equal endpoints share one fetch.
public struct Endpoint: Sendable, Hashable {
    /// The URL as written, without surrounding white space.
    public let url: String
    /// The certification authorities that replace the system's.
    public let caBundle: CABundle?
    /// Whether plain `http` is permitted for any host.
    public let allowsInsecure: Bool

    /// Creates an endpoint; a URL that cannot be fetched shows when it is fetched.
    public init(url: String, caBundle: CABundle? = nil, allowsInsecure: Bool = false) {
        self.url = HTTPURL.trimmed(url)
        self.caBundle = caBundle
        self.allowsInsecure = allowsInsecure
    }
}

extension Endpoint {
    /// The URL taken apart.
    ///
    /// - Throws: `KeySetError` with `invalidURL`; the message does not repeat the URL.
    func parsedURL() throws(KeySetError) -> HTTPURL {
        do throws(HTTPURL.Problem) {
            return try HTTPURL(url)
        } catch {
            throw KeySetError(.invalidURL, "cannot use the URL: \(Self.explanation(of: error))")
        }
    }

    private static func explanation(of problem: HTTPURL.Problem) -> String {
        switch problem {
        case .tooLong: "it is longer than \(HTTPURL.maximumLength) bytes"
        case .notAbsolute, .unknownScheme: "it does not start with https:// or http://"
        case .hasUserInfo: "it has a user name or a password"
        case .badCharacter: "it has white space or characters that must be escaped"
        case .hasFragment: "it has a fragment"
        case .noHost: "it has no host"
        case .badHost: "its host is neither a DNS name nor an IP address"
        case .badPort: "its port is not between 1 and 65535"
        }
    }
}

extension Endpoint {
    /// What metrics call it: the first 12 hexadecimal digits of the SHA-256 digest of the URL, which may hold a secret.
    public var label: String {
        Hexadecimal.encode(SHA256.hash(data: Array(url.utf8)).prefix(6))
    }
}

extension Endpoint: CustomStringConvertible {
    /// The URL without its query, for logs.
    public var description: String {
        guard let url = try? HTTPURL(self.url) else { return "(invalid URL)" }
        return url.origin + url.path
    }
}

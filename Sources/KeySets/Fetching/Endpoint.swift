// Grantor
// SPDX-License-Identifier: Apache-2.0

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
        self.url = Self.trimmed(url)
        self.caBundle = caBundle
        self.allowsInsecure = allowsInsecure
    }

    private static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}

extension Endpoint: CustomStringConvertible {
    /// The URL without its query, for logs.
    public var description: String {
        guard let url = try? EndpointURL(self.url) else { return "(invalid URL)" }
        return url.origin + url.path
    }
}

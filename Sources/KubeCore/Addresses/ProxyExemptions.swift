// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The hosts that are reached without a proxy: the variable `NO_PROXY`, as Go reads it (golang.org/x/net/http/httpproxy),
/// and with it client-go and kubectl.
///
/// Entries stand between commas: `*` is everything; `10.0.0.0/8` a block of addresses; `10.0.0.1` an address;
/// `example.com` a host and all below it; `.example.com` and `*.example.com` those below it alone. A port behind any but
/// a block restricts it to that port. This machine itself is never reached by a proxy.
public struct ProxyExemptions: Sendable, Hashable {
    private enum Entry: Hashable {
        case block(AddressRange)
        case address(IPAddress, port: Int?)
        /// The name begins with a dot; `itself` says whether the host without it counts as well.
        case name(String, itself: Bool, port: Int?)
    }

    private let hasAll: Bool
    private let entries: [Entry]

    /// Reads the value of the variable; entries that are none are passed over, as Go does.
    public init(_ text: String) {
        var entries: [Entry] = []
        var hasAll = false
        for part in text.split(separator: ",") {
            let part = HTTPURL.trimmed(String(part)).lowercased()
            if part == "*" { hasAll = true }
            if let entry = Self.entry(part) { entries.append(entry) }
        }
        self.hasAll = hasAll
        self.entries = hasAll ? [] : entries
    }

    private static func entry(_ text: String) -> Entry? {
        if text.contains("/") { return AddressRange(text).map(Entry.block) }
        if let address = IPAddress(text) { return .address(address, port: nil) }
        var host = text[...]
        var port: Int?
        if let colon = text.lastIndex(of: ":"), text[..<colon].last == "]" || !text[..<colon].contains(":") {
            host = text[..<colon]
            port = Int(text[text.index(after: colon)...])
            if host.isEmpty || port == nil { return nil }
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        if let address = IPAddress(String(host)) { return .address(address, port: port) }
        if host.hasPrefix("*.") { host = host.dropFirst() }
        if host.isEmpty { return nil }
        return host.hasPrefix(".")
            ? .name(String(host), itself: false, port: port) : .name(".\(host)", itself: true, port: port)
    }

    /// Whether a host is reached without a proxy.
    ///
    /// - Parameters:
    ///   - host: The name, or the address without brackets.
    ///   - port: The port, also when it is the usual one.
    /// - Returns: Whether it is.
    public func contains(host: String, port: Int) -> Bool {
        let host = host.lowercased()
        let address = IPAddress(host)
        if host == "localhost" || address?.isLoopback == true || hasAll { return true }
        return entries.contains { entry in
            switch entry {
            case .block(let block): address.map(block.contains) ?? false
            case .address(let exempt, let only): address == exempt && (only == nil || only == port)
            case .name(let suffix, let itself, let only):
                (host.hasSuffix(suffix) || itself && suffix.dropFirst() == host) && (only == nil || only == port)
            }
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Where an endpoint listens, as flags of controllers write it: `:8080`, `127.0.0.1:8080`, `[::1]:8080`.
public struct EndpointAddress: Sendable, Hashable {
    /// Name or address; empty for all interfaces.
    public var host: String
    /// The port; 0 takes any that is free.
    public var port: Int

    /// Creates an address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads an address; `nil` when it is none.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        self.host = String(host)
        self.port = port
    }

    /// What to bind, the first that the machine can: both families of addresses, or IPv4 alone.
    var hosts: [String] { host.isEmpty ? ["::", "0.0.0.0"] : [host] }
}

extension EndpointAddress: CustomStringConvertible {
    /// The address as it is written.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

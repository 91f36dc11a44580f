// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Where the server can be reached.
public struct ListeningAddress: Sendable, Hashable {
    /// The host, as configured.
    public let host: String
    /// The port, as taken.
    public let port: Int
    /// Whether TLS is spoken.
    public let tls: Bool

    /// Host and port: `127.0.0.1:8001`, `[::1]:8001`.
    public var authority: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The address as kubeconfigs name it: `https://127.0.0.1:8001`.
    public var url: String {
        "\(tls ? "https" : "http")://\(reachable)"
    }

    /// An unspecified address is listened on, but cannot be connected to everywhere.
    private var reachable: String {
        switch host {
        case "0.0.0.0": "127.0.0.1:\(port)"
        case "::": "[::1]:\(port)"
        default: authority
        }
    }
}

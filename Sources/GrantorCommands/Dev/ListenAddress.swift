// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A host and a port to listen on, as in `127.0.0.1:8001` or `[::1]:0`.
struct ListenAddress: Sendable, Hashable {
    /// The host, without brackets.
    let host: String
    /// The port; 0 for any free one.
    let port: Int

    /// Reads the text form; `nil` when it is none.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = Int(port)
    }
}

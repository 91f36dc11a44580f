// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The check of `Authorization: Bearer ...` (RFC 6750).
struct BearerToken: Sendable {
    private let expected: [UInt8]

    /// Creates a check for one token.
    init(_ token: String) {
        expected = Array(token.utf8)
    }

    /// The token that a header carries; `nil` when it is of another scheme.
    static func text(_ header: String) -> String? {
        guard header.utf8.count > 7, header.prefix(7).lowercased() == "bearer " else { return nil }
        return String(header.dropFirst(7))
    }

    /// Whether a header carries the token.
    func accepts(header: String?) -> Bool {
        header.flatMap(Self.text).map(accepts) ?? false
    }

    /// Whether this is the token; takes the same time however much of it is right.
    func accepts(_ token: String) -> Bool {
        var difference = token.utf8.count ^ expected.count
        for (index, byte) in token.utf8.enumerated() {
            difference |= Int(byte ^ (expected.indices.contains(index) ? expected[index] : 0))
        }
        return difference == 0
    }
}

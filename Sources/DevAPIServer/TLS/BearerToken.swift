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
    ///
    /// Tokens of another length are told apart at once, as those of service accounts, which are long and come with each
    /// request, are: the length is no secret, since every token that the server makes for itself has the same.
    func accepts(_ token: String) -> Bool {
        guard token.utf8.count == expected.count else { return false }
        var difference: UInt8 = 0
        for (byte, right) in zip(token.utf8, expected) { difference |= byte ^ right }
        return difference == 0
    }
}

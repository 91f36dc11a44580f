// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The check of `Authorization: Bearer ...` (RFC 6750).
struct BearerToken: Sendable {
    private let expected: [UInt8]

    /// Creates a check for one token.
    init(_ token: String) {
        expected = Array(token.utf8)
    }

    /// Whether a header carries the token; takes the same time however much of it is right.
    func accepts(header: String?) -> Bool {
        guard let header, header.utf8.count > 7, header.prefix(7).lowercased() == "bearer " else { return false }
        let given = Array(header.utf8.dropFirst(7))
        var difference = given.count ^ expected.count
        for (index, byte) in given.enumerated() {
            difference |= Int(byte ^ (expected.indices.contains(index) ? expected[index] : 0))
        }
        return difference == 0
    }
}

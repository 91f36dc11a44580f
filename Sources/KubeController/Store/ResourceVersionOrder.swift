// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What can be said about the order of two resource versions.
///
/// They are opaque, but every API server writes decimal numbers that grow with each write of a kind (KEP-5504 makes
/// that a promise), so two such numbers are compared. Anything else can only be equal or not.
enum ResourceVersionOrder: Sendable, Hashable {
    /// The first is older.
    case older
    /// They are the same.
    case equal
    /// The first is newer.
    case newer
    /// Nothing can be said.
    case unknown

    /// Compares two versions.
    static func compare(_ lhs: String, _ rhs: String) -> ResourceVersionOrder {
        if lhs.utf8.elementsEqual(rhs.utf8) { return .equal }
        guard isNumber(lhs), isNumber(rhs) else { return .unknown }
        let (left, right) = (lhs.utf8.count, rhs.utf8.count)
        let isLess = left == right ? lhs.utf8.lexicographicallyPrecedes(rhs.utf8) : left < right
        return isLess ? .older : .newer
    }

    private static func isNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "0") else { return false }
        return text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Comparison of strings by their UTF-8 bytes.
///
/// `String ==` is canonical equivalence: "é" composed equals "é" decomposed. User ids, key ids and member names are
/// byte strings, so whatever decides about them compares here.
public enum UTF8Order {
    /// Compares two strings byte by byte: negative, zero or positive as the first is less, equal or greater.
    public static func compare(_ lhs: String, _ rhs: String) -> Int {
        let fast = lhs.utf8.withContiguousStorageIfAvailable { left in
            rhs.utf8.withContiguousStorageIfAvailable { right in
                let shared = min(left.count, right.count)
                var index = 0
                while index < shared {
                    let difference = Int(left[index]) - Int(right[index])
                    if difference != 0 { return difference }
                    index += 1
                }
                return left.count - right.count
            }
        }
        if let fast, let order = fast { return order }
        if lhs.utf8.elementsEqual(rhs.utf8) { return 0 }
        return lhs.utf8.lexicographicallyPrecedes(rhs.utf8) ? -1 : 1
    }

    /// Whether two strings are the same bytes.
    public static func equal(_ lhs: String, _ rhs: String) -> Bool {
        compare(lhs, rhs) == 0
    }
}

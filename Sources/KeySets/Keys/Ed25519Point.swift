// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The public keys of Ed25519 (RFC 8032, 5.1.2) that must not be used.
///
/// A point whose order divides eight verifies some signature for every message. The library checks only the length.
enum Ed25519Point {
    /// Whether 32 bytes are the one encoding of a number below the prime, and no point of small order.
    ///
    /// A number that is no coordinate of a point is let through: no signature ever verifies with it.
    static func isAcceptable(_ encoded: [UInt8]) -> Bool {
        guard encoded.count == 32 else { return false }
        var y = encoded
        y[31] &= 0x7F
        return isBelowPrime(y) && !smallOrder.contains(y)
    }

    /// The y coordinates, little-endian, of the eight points of small order; the sign of x does not matter.
    private static let smallOrder: Set<[UInt8]> = [
        Array(repeating: 0, count: 32),
        [1] + Array(repeating: 0, count: 31),
        [0xEC] + Array(repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]

    /// Whether a little-endian number of 255 bits is below 2^255 - 19.
    private static func isBelowPrime(_ y: [UInt8]) -> Bool {
        guard let lowest = y.first, y.last == 0x7F, y[1..<31].allSatisfy({ $0 == 0xFF }) else { return true }
        return lowest < 0xED
    }
}

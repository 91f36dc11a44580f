// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The Reed-Solomon code of QR codes, over GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1 (ISO/IEC 18004, 7.5.2).
struct ReedSolomon: Sendable {
    /// The coefficients of the generator polynomial below its leading one, highest power first.
    private let generator: [UInt8]

    /// Creates a code with that many codewords for correction: the product of (x - a^i) for all i below it.
    init(checks: Int) {
        var generator = [UInt8](repeating: 0, count: checks)
        generator[checks - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<checks {
            for index in 0..<checks {
                generator[index] = Self.product(generator[index], root)
                if index + 1 < checks { generator[index] ^= generator[index + 1] }
            }
            root = Self.product(root, 2)
        }
        self.generator = generator
    }

    /// The codewords for correction: the remainder of the data by the generator.
    func remainder(_ data: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: generator.count)
        for byte in data {
            let factor = byte ^ result.removeFirst()
            result.append(0)
            for index in generator.indices { result[index] ^= Self.product(generator[index], factor) }
        }
        return result
    }

    /// The product in the field.
    static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var result: UInt8 = 0
        var left = left
        var right = right
        while right != 0 {
            if right & 1 == 1 { result ^= left }
            let overflows = left & 0x80 != 0
            left = (left << 1) ^ (overflows ? 0x1D : 0)
            right >>= 1
        }
        return result
    }
}

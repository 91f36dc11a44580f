// Grantor
// SPDX-License-Identifier: Apache-2.0

/// How the codewords of a version are divided (ISO/IEC 18004, table 9), and how bytes become codewords.
struct QRLayout: Sendable {
    let version: Int
    let correction: QRCode.Correction

    /// Creates the layout of a version from 1 to 10.
    init(_ version: Int, _ correction: QRCode.Correction) {
        self.version = version
        self.correction = correction
    }

    /// The modules on a side.
    var size: Int { 17 + 4 * version }
    /// The number of codewords, those for correction included.
    var total: Int { Self.totals[version - 1] }
    /// The number of blocks.
    var blocks: Int { correction == .low ? Self.blocksLow[version - 1] : Self.blocksMedium[version - 1] }
    /// The codewords for correction of each block.
    var checks: Int { correction == .low ? Self.checksLow[version - 1] : Self.checksMedium[version - 1] }
    /// The codewords that hold data.
    var dataCount: Int { total - blocks * checks }
    /// The bits of the length (table 3).
    var lengthBits: Int { version < 10 ? 8 : 16 }
    /// The bytes that fit beside the mode and the length.
    var capacity: Int { (dataCount * 8 - 4 - lengthBits) / 8 }

    private static let totals = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346]
    private static let checksLow = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18]
    private static let blocksLow = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4]
    private static let checksMedium = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26]
    private static let blocksMedium = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5]

    /// The centres of the alignment patterns on either axis (annex E).
    var alignmentCentres: [Int] {
        guard version > 1 else { return [] }
        let last = size - 7
        return version < 7 ? [6, last] : [6, (6 + last) / 2, last]
    }

    /// The codewords in the order they are drawn (7.4 to 7.6).
    ///
    /// - Parameter bytes: At most `capacity` bytes.
    /// - Returns: Data and correction, interleaved.
    func codewords(for bytes: [UInt8]) -> [UInt8] {
        let data = dataCodewords(bytes)
        // The last blocks hold one codeword more where the number does not divide.
        let short = dataCount / blocks
        let long = dataCount % blocks
        var parts: [[UInt8]] = []
        var start = 0
        for block in 0..<blocks {
            let count = short + (block >= blocks - long ? 1 : 0)
            parts.append(Array(data[start..<start + count]))
            start += count
        }
        let code = ReedSolomon(checks: checks)
        let checkParts = parts.map(code.remainder)
        var result: [UInt8] = []
        for index in 0..<(short + 1) {
            for part in parts where index < part.count { result.append(part[index]) }
        }
        for index in 0..<checks {
            for part in checkParts { result.append(part[index]) }
        }
        return result
    }

    private func dataCodewords(_ bytes: [UInt8]) -> [UInt8] {
        var bits = BitText()
        bits.append(0b0100, count: 4)
        bits.append(bytes.count, count: lengthBits)
        for byte in bytes { bits.append(Int(byte), count: 8) }
        bits.append(0, count: min(4, dataCount * 8 - bits.count))
        bits.append(0, count: (8 - bits.count % 8) % 8)
        var result = bits.bytes
        let padding: [UInt8] = [0xEC, 0x11]
        var next = 0
        while result.count < dataCount {
            result.append(padding[next])
            next = 1 - next
        }
        return result
    }
}

/// Bits, most significant first.
private struct BitText {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    mutating func append(_ value: Int, count bits: Int) {
        for shift in stride(from: bits - 1, through: 0, by: -1) {
            if count % 8 == 0 { bytes.append(0) }
            if (value >> shift) & 1 == 1 { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Turns positions counted in Unicode scalars, as libyaml counts, into byte offsets.
struct ScalarOffsets {
    private static let stride = 64

    /// The byte at which every 64th scalar begins; empty when every scalar is one byte.
    private var samples: [Int] = []
    private let bytes: UnsafeBufferPointer<UInt8>

    /// Looks through a text; the result is valid only while the bytes are borrowed.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        var scalar = 0
        for offset in bytes.indices where bytes[offset] & 0xC0 != 0x80 {
            if scalar % Self.stride == 0 { samples.append(offset) }
            scalar += 1
        }
    }

    /// The byte at which a scalar begins; the end of the text when there are fewer.
    func byte(ofScalar scalar: Int) -> Int {
        guard !samples.isEmpty else { return min(scalar, bytes.count) }
        guard samples.indices.contains(scalar / Self.stride) else { return bytes.count }
        var offset = samples[scalar / Self.stride]
        var rest = scalar % Self.stride
        while rest > 0, offset < bytes.count {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            rest -= 1
        }
        return offset
    }
}

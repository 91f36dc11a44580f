// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A block of addresses: `10.0.0.0/8`, `fc00::/7`.
public struct AddressRange: Sendable, Hashable {
    private let base: IPAddress
    private let length: Int

    /// Reads CIDR notation, or a single address; `nil` when it is neither.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(String(first)) else { return nil }
        let width = if case .v4 = base { 32 } else { 128 }
        self.base = base
        guard parts.count == 2 else {
            length = width
            return
        }
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]), length <= width
        else { return nil }
        self.length = length
    }

    /// Whether an address of the same family lies in the block.
    public func contains(_ address: IPAddress) -> Bool {
        // A smart shift by the whole width gives zero, which is what an empty prefix needs.
        switch (base, address) {
        case (.v4(let lhs), .v4(let rhs)):
            (lhs ^ rhs) >> (32 - length) == 0
        case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
            (high ^ otherHigh) >> max(0, 64 - length) == 0 && (low ^ otherLow) >> min(64, 128 - length) == 0
        default:
            false
        }
    }
}

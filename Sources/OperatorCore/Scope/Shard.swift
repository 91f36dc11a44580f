// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A share of the namespaces, for operators that divide a cluster among themselves.
///
/// A namespace belongs to the shard whose number is its hash modulo the number of shards. The hash (FNV-1a, 64 bits,
/// of the bytes of the name) is part of what users rely on: it never changes.
public struct Shard: Sendable, Hashable {
    /// The number of this shard, from 0.
    public let index: Int
    /// The number of shards.
    public let count: Int

    /// Creates a shard; `nil` when there is no such one.
    public init?(index: Int, count: Int) {
        guard count > 0, count <= 1_024, (0..<count).contains(index) else { return nil }
        self.index = index
        self.count = count
    }

    /// Reads a shard as in `0/3`; `nil` when it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
        self.init(index: index, count: count)
    }

    /// Whether a namespace belongs to it.
    public func contains(namespace: String) -> Bool {
        Self.hash(namespace) % UInt64(count) == UInt64(index)
    }

    /// The hash of a text (FNV-1a, 64 bits).
    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension Shard: CustomStringConvertible {
    /// The shard as it is written on the command line.
    public var description: String { "\(index)/\(count)" }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import KubeCore

/// The usable keys of a JWKS (RFC 7517, 5), normalised and in one order, and what was left out.
public struct KeySet: Sendable, Hashable {
    /// The usable keys, sorted by id and thumbprint, so that a provider's changing order changes nothing.
    public let keys: [VerificationKey]
    /// The entries that are not used, sorted likewise.
    public let ignored: [IgnoredKey]
    /// A digest of the usable keys that does not depend on their order, base64url.
    public let hash: String

    /// Creates a set; keys that occur twice are kept once.
    public init(keys: some Sequence<VerificationKey>, ignored: [IgnoredKey] = []) {
        self.keys = Set(keys).sorted()
        self.ignored = ignored.sorted { lhs, rhs in
            let order = UTF8Order.compare(lhs.kid?.text ?? "", rhs.kid?.text ?? "")
            return order == 0 ? lhs.reason.rawValue < rhs.reason.rawValue : order < 0
        }
        self.hash = Base64URL.encode(SHA256.hash(data: JSONValue.array(self.keys.map(\.json)).jsonBytes))
    }

    /// Whether there is no usable key.
    public var isEmpty: Bool { keys.isEmpty }

    /// The keys of an id; more than one when the provider lists a key once per algorithm, or per type.
    public func keys(withID kid: KeyID) -> ArraySlice<VerificationKey> {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if let other = keys[middle].kid, !(other < kid) { high = middle } else { low = middle + 1 }
        }
        var end = low
        while end < keys.count, keys[end].kid == kid { end += 1 }
        return keys[low..<end]
    }

    /// Whether a key has that id.
    public func contains(_ kid: KeyID) -> Bool {
        !keys(withID: kid).isEmpty
    }

    /// The set without the keys whose thumbprint is not among the given ones.
    ///
    /// A stored set is trusted only as far as a better guarded place vouches for each key.
    public func restricted(toThumbprints thumbprints: Set<String>) -> KeySet {
        KeySet(keys: keys.filter { thumbprints.contains($0.thumbprint) })
    }
}

extension KeySet: JSONWritable {
    /// The usable keys as a JWKS.
    public var json: JSONValue {
        ["keys": .array(keys.map(\.json))]
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KeySets

/// The keys that tokens are verified with, ready for use.
///
/// Making one costs some microseconds per key: it is made when the key set changes, and shared by all tokens until then.
public struct KeyRing: Sendable {
    private let current: [KeyID: [PreparedKey]]
    private let retained: [KeyID: [PreparedKey]]
    private let all: [PreparedKey]

    /// Prepares the keys of a set.
    ///
    /// - Parameters:
    ///   - keySet: The keys that the provider lists.
    ///   - retained: Keys that it no longer lists and that may still verify for a while.
    public init(_ keySet: KeySet, retained: [VerificationKey] = []) {
        let keys = keySet.keys.compactMap(PreparedKey.init)
        current = Self.byID(keys)
        self.retained = Self.byID(retained.compactMap(PreparedKey.init))
        all = keys
    }

    /// Prepares the keys that a cache knows; none when it has none that may be used.
    public init(_ snapshot: KeySetSnapshot) {
        self.init(snapshot.keySet ?? KeySet(keys: []), retained: snapshot.retained)
    }

    /// Whether there is no key at all.
    public var isEmpty: Bool { all.isEmpty && retained.isEmpty }

    /// The one key for a token.
    ///
    /// With a key id, the keys of that id count and no others, those listed now before those retained: a provider that
    /// used an id again means the new key. Without one there must be exactly one listed key that fits the algorithm;
    /// trying several in turn would let a token be verified by a key that its issuer did not mean.
    func key(for kid: KeyID?, algorithm: SignatureAlgorithm) throws(DenialReason) -> PreparedKey {
        guard !isEmpty else { throw .keysUnavailable }
        guard let kid else {
            guard let key = Self.only(all, fitting: algorithm) else { throw .keyIDMissing }
            return key
        }
        guard let candidates = current[kid] ?? retained[kid] else { throw .keyUnknown }
        guard let key = Self.only(candidates, fitting: algorithm) else { throw .algorithmNotOfKey }
        return key
    }

    /// The key that fits an algorithm; `nil` when none does, or when two that differ do.
    private static func only(_ keys: [PreparedKey], fitting algorithm: SignatureAlgorithm) -> PreparedKey? {
        var found: PreparedKey?
        for key in keys where key.fits(algorithm) {
            if let found, !found.key.hasSameMaterial(as: key.key) { return nil }
            found = key
        }
        return found
    }

    private static func byID(_ keys: [PreparedKey]) -> [KeyID: [PreparedKey]] {
        var result: [KeyID: [PreparedKey]] = [:]
        for key in keys {
            if let kid = key.key.kid { result[kid, default: []].append(key) }
        }
        return result
    }
}

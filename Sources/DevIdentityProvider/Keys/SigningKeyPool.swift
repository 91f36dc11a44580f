// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Key pairs, generated when first used and kept for the life of the pool.
///
/// An RSA key takes a noticeable part of a second to generate without optimisation. Tests make many providers, so they
/// share one pool: the first provider's third key is also the second provider's third key. Within one provider no two
/// realms ever share a key. Two providers that must not know each other's keys get a pool each.
public final class SigningKeyPool: Sendable {
    /// The place of a key in a pool.
    struct Ticket: Hashable, Sendable {
        /// The algorithm of the key.
        var algorithm: SigningAlgorithm
        /// The position among the keys of that algorithm.
        var serial: Int
    }

    /// The pool of the process.
    public static let shared = SigningKeyPool()

    private let keys = Mutex<[Ticket: SigningKey]>([:])

    /// Creates an empty pool.
    public init() {}

    /// The key at a place, generated now if nobody asked before.
    ///
    /// - Throws: `ProviderError` with the code `keyFailed`.
    func key(_ ticket: Ticket) throws(ProviderError) -> SigningKey {
        if let key = keys.withLock({ $0[ticket] }) { return key }
        // Generated outside of the lock: of two callers who come at once, both work and the first one's key stays.
        let fresh = try SigningKey(ticket.algorithm)
        return keys.withLock { keys in
            if let key = keys[ticket] { return key }
            keys[ticket] = fresh
            return fresh
        }
    }
}

/// Hands out the places of a pool, each once.
final class SigningKeyAllocator: Sendable {
    /// The pool the places belong to.
    let pool: SigningKeyPool
    private let used = Mutex<[SigningAlgorithm: Int]>([:])

    /// Creates an allocator that starts at the pool's first key.
    init(pool: SigningKeyPool) {
        self.pool = pool
    }

    /// The next place for an algorithm.
    func next(_ algorithm: SigningAlgorithm) -> SigningKeyPool.Ticket {
        let serial = used.withLock { used in
            let serial = used[algorithm, default: 0]
            used[algorithm] = serial + 1
            return serial
        }
        return SigningKeyPool.Ticket(algorithm: algorithm, serial: serial)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What is known of an identity provider's keys when a reconcile looks.
enum KeysObservation: Sendable, Hashable {
    /// No answer came yet, good or bad.
    case pending
    /// The last fetch succeeded.
    case available(KeySetFacts)
    /// The last fetch failed; the facts are those of the last good set while it still serves.
    case unavailable(reason: String, lastGood: KeySetFacts?)

    /// The set that serves, when one does.
    var facts: KeySetFacts? {
        switch self {
        case .available(let facts): facts
        case .unavailable(_, let lastGood): lastGood
        case .pending: nil
        }
    }
}

/// What a status and a ConfigMap say of a key set.
struct KeySetFacts: Sendable, Hashable {
    /// One usable key.
    struct Key: Sendable, Hashable {
        /// The key id; `nil` when the key has none.
        var keyID: String?
        /// The key type, as in `RSA`.
        var keyType: String
        /// The signature algorithms it may be used with.
        var algorithms: [String]
        /// RFC 7638.
        var thumbprint: String
        /// The key as a JWK of public members alone.
        var publicKey: JSONValue
    }

    /// Where the keys come from.
    var uri: String
    /// `KeySet`, or `Discovery` when the endpoint is a discovery document.
    var document: String
    /// The issuer that a discovery document named.
    var discoveredIssuer: String?
    /// The usable keys.
    var keys: [Key]
    /// How many keys were ignored.
    var ignored: Int
    /// How many of the ignored keys gave their private half away.
    var exposed: Int
    /// Changes when the usable keys do.
    var hash: String
}

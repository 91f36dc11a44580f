// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The signature algorithms of the provider's keys (RFC 7518 section 3.1, RFC 8037).
public enum SigningAlgorithm: String, CaseIterable, Hashable, Sendable {
    /// RSA of 2048 bits, PKCS #1 v1.5, SHA-256.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519, whose JOSE name is `EdDSA`.
    case edDSA = "EdDSA"
}

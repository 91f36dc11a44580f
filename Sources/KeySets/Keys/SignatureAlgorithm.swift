// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A signature algorithm that a token may be verified with (RFC 7518, 3.1; RFC 8037; RFC 9864).
///
/// There is no symmetric algorithm and no `none` here, so no code path can choose one.
public enum SignatureAlgorithm: String, CaseIterable, Sendable, Hashable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    case rs384 = "RS384"
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    case rs512 = "RS512"
    /// RSASSA-PSS with SHA-256.
    case ps256 = "PS256"
    /// RSASSA-PSS with SHA-384.
    case ps384 = "PS384"
    /// RSASSA-PSS with SHA-512.
    case ps512 = "PS512"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// ECDSA on P-384 with SHA-384.
    case es384 = "ES384"
    /// ECDSA on P-521 with SHA-512.
    case es512 = "ES512"
    /// Ed25519 under the older name that leaves the curve to the key.
    case edDSA = "EdDSA"
    /// Ed25519 under the name that says so.
    case ed25519 = "Ed25519"

    /// What a JWK's `alg` says about it.
    enum Declaration {
        /// One of the algorithms here.
        case signature(SignatureAlgorithm)
        /// Encryption: the key is for something else.
        case encryption
        /// Known, but never for a public key: an HMAC, or none.
        case symmetric
        /// Anything else.
        case unknown

        init(_ name: String) {
            if let algorithm = SignatureAlgorithm(rawValue: name) {
                self = .signature(algorithm)
            } else if name.hasPrefix("RSA-OAEP") || name == "RSA1_5" || name.hasPrefix("ECDH-ES") {
                self = .encryption
            } else if name.hasPrefix("HS") || name == "none" || name == "dir" || name.hasPrefix("A1")
                || name.hasPrefix("A2") || name.hasPrefix("PBES2")
            {
                self = .symmetric
            } else {
                self = .unknown
            }
        }
    }
}

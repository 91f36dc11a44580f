// Grantor
// SPDX-License-Identifier: Apache-2.0

/// An entry of a key set that is not used, and why.
public struct IgnoredKey: Sendable, Hashable {
    /// The reasons; raw values appear in status and reports.
    public enum Reason: String, CaseIterable, Sendable {
        /// The entry is no object, or a member is missing, of the wrong type or not base64url.
        case malformed = "Malformed"
        /// The `kid` has more than 512 bytes.
        case keyIDTooLong = "KeyIDTooLong"
        /// `kty` is not `RSA`, `EC` or `OKP`; a symmetric key is one of these.
        case unsupportedKeyType = "UnsupportedKeyType"
        /// `crv` is not P-256, P-384, P-521 or Ed25519.
        case unsupportedCurve = "UnsupportedCurve"
        /// `alg` is none that is known here.
        case unsupportedAlgorithm = "UnsupportedAlgorithm"
        /// `alg` does not fit `kty`, `crv` or `use`.
        case algorithmMismatch = "AlgorithmMismatch"
        /// `use` or `key_ops` say that it is for something other than verifying signatures.
        case notForSignatures = "NotForSignatures"
        /// An RSA modulus below 2048 bits.
        case tooSmall = "TooSmall"
        /// An RSA modulus above 8192 bits.
        case tooLarge = "TooLarge"
        /// An RSA exponent other than 65537 and 3.
        case unsupportedExponent = "UnsupportedExponent"
        /// The point is not on the curve, or has a small order.
        case offCurve = "OffCurve"
        /// The entry carries private members: whoever read the document can sign with it.
        case privateKeyExposed = "PrivateKeyExposed"
        /// The `kid` stands for two different keys of one type.
        case ambiguousKeyID = "AmbiguousKeyID"
    }

    /// The `kid`; `nil` when there is none, or none that is worth repeating.
    public let kid: KeyID?
    /// Why the entry is not used.
    public let reason: Reason

    /// Creates an entry.
    public init(kid: KeyID?, reason: Reason) {
        self.kid = kid
        self.reason = reason
    }
}

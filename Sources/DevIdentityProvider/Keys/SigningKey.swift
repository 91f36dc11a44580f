// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import FoundationEssentials
import KubeCore

/// A key pair that signs tokens.
struct SigningKey: Sendable {
    private enum Material: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    private let material: Material
    /// What the key signs with.
    let algorithm: SigningAlgorithm
    /// The public members of the JWK (RFC 7517): `kty` and the numbers, nothing that names or describes the key.
    let publicMembers: JSONObject
    /// The SHA-256 digest of the public key's SPKI form, from which key ids are made.
    let fingerprint: [UInt8]

    /// Generates a key.
    ///
    /// - Throws: `ProviderError` with the code `keyFailed`.
    init(_ algorithm: SigningAlgorithm) throws(ProviderError) {
        self.algorithm = algorithm
        do {
            switch algorithm {
            case .rs256:
                let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
                let numbers = try key.publicKey.getKeyPrimitives()
                material = .rsa(key)
                publicMembers = [
                    "kty": "RSA",
                    "n": .string(Base64URL.encode(numbers.modulus)),
                    "e": .string(Base64URL.encode(numbers.publicExponent)),
                ]
                fingerprint = Array(SHA256.hash(data: key.publicKey.derRepresentation))
            case .es256:
                let key = P256.Signing.PrivateKey()
                let point = key.publicKey.rawRepresentation
                material = .p256(key)
                publicMembers = [
                    "kty": "EC",
                    "crv": "P-256",
                    "x": .string(Base64URL.encode(point.prefix(32))),
                    "y": .string(Base64URL.encode(point.suffix(32))),
                ]
                fingerprint = Array(SHA256.hash(data: key.publicKey.derRepresentation))
            case .edDSA:
                let key = Curve25519.Signing.PrivateKey()
                material = .ed25519(key)
                publicMembers = [
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "x": .string(Base64URL.encode(key.publicKey.rawRepresentation)),
                ]
                fingerprint = Array(SHA256.hash(data: key.publicKey.rawRepresentation))
            }
        } catch {
            throw ProviderError(.keyFailed, "cannot make a key for \(algorithm.rawValue)")
        }
    }

    /// Signs a message in the form of RFC 7518 section 3.
    ///
    /// - Throws: `ProviderError` with the code `keyFailed`.
    func signature(for message: [UInt8]) throws(ProviderError) -> [UInt8] {
        do {
            switch material {
            case .rsa(let key):
                return Array(
                    try key.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation
                )
            case .p256(let key):
                return Array(try key.signature(for: message).rawRepresentation)
            case .ed25519(let key):
                return Array(try key.signature(for: Data(message)))
            }
        } catch {
            throw ProviderError(.keyFailed, "cannot sign with \(algorithm.rawValue)")
        }
    }
}

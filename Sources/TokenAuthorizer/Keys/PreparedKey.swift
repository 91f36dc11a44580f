// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import KeySets

/// A key of a key set in the form that the arithmetic needs, made once per key set and not once per token.
struct PreparedKey: Sendable {
    private enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    /// The key as the key set has it.
    let key: VerificationKey
    private let material: Material

    /// Prepares a key; `nil` when the library does not take it, which key sets exclude.
    init?(_ key: VerificationKey) {
        let material: Material?
        switch key.material {
        case .rsa(let modulus, let exponent):
            material = (try? _RSA.Signing.PublicKey(n: modulus, e: exponent)).map(Material.rsa)
        case .ec(.p256, let x, let y):
            material = (try? P256.Signing.PublicKey(rawRepresentation: x + y)).map(Material.p256)
        case .ec(.p384, let x, let y):
            material = (try? P384.Signing.PublicKey(rawRepresentation: x + y)).map(Material.p384)
        case .ec(.p521, let x, let y):
            material = (try? P521.Signing.PublicKey(rawRepresentation: x + y)).map(Material.p521)
        case .ed25519(let point):
            material = (try? Curve25519.Signing.PublicKey(rawRepresentation: point)).map(Material.ed25519)
        }
        guard let material else { return nil }
        self.key = key
        self.material = material
    }

    /// Whether the key set lets this key verify that algorithm.
    func fits(_ algorithm: SignatureAlgorithm) -> Bool {
        key.algorithms.contains(algorithm)
    }

    /// Whether a signature of RFC 7518, 3.3 to 3.5 or RFC 8037, 3.1 is right.
    ///
    /// ECDSA signatures are the two numbers one after the other, each of the curve's length, and nothing else; those of
    /// PSS have a salt of the digest's length (RFC 7518, 3.5).
    func verifies(_ signature: [UInt8], of message: ArraySlice<UInt8>, with algorithm: SignatureAlgorithm) -> Bool {
        switch (material, algorithm) {
        case (.rsa(let key), .rs256):
            key.isValidSignature(.init(rawRepresentation: signature), for: Self.sha256(message), padding: .pkcs1)
        case (.rsa(let key), .rs384):
            key.isValidSignature(.init(rawRepresentation: signature), for: Self.sha384(message), padding: .pkcs1)
        case (.rsa(let key), .rs512):
            key.isValidSignature(.init(rawRepresentation: signature), for: Self.sha512(message), padding: .pkcs1)
        case (.rsa(let key), .ps256):
            key.isValidSignature(.init(rawRepresentation: signature), for: Self.sha256(message), padding: .PSS)
        case (.rsa(let key), .ps384):
            key.isValidSignature(.init(rawRepresentation: signature), for: Self.sha384(message), padding: .PSS)
        case (.rsa(let key), .ps512):
            key.isValidSignature(.init(rawRepresentation: signature), for: Self.sha512(message), padding: .PSS)
        case (.p256(let key), .es256):
            (try? P256.Signing.ECDSASignature(rawRepresentation: signature))
                .map { key.isValidSignature($0, for: Self.sha256(message)) } ?? false
        case (.p384(let key), .es384):
            (try? P384.Signing.ECDSASignature(rawRepresentation: signature))
                .map { key.isValidSignature($0, for: Self.sha384(message)) } ?? false
        case (.p521(let key), .es512):
            (try? P521.Signing.ECDSASignature(rawRepresentation: signature))
                .map { key.isValidSignature($0, for: Self.sha512(message)) } ?? false
        case (.ed25519(let key), .edDSA), (.ed25519(let key), .ed25519):
            signature.count == 64 && key.isValidSignature(signature, for: message)
        default:
            false
        }
    }

    private static func sha256(_ message: ArraySlice<UInt8>) -> SHA256.Digest {
        message.withUnsafeBytes { bytes in
            var hash = SHA256()
            hash.update(bufferPointer: bytes)
            return hash.finalize()
        }
    }

    private static func sha384(_ message: ArraySlice<UInt8>) -> SHA384.Digest {
        message.withUnsafeBytes { bytes in
            var hash = SHA384()
            hash.update(bufferPointer: bytes)
            return hash.finalize()
        }
    }

    private static func sha512(_ message: ArraySlice<UInt8>) -> SHA512.Digest {
        message.withUnsafeBytes { bytes in
            var hash = SHA512()
            hash.update(bufferPointer: bytes)
            return hash.finalize()
        }
    }
}

extension _RSA.Signing.Padding {
    /// PKCS #1 v1.5, which RS256 and its kin are; new signatures should not use it, but these are not ours.
    fileprivate static var pkcs1: Self { .insecurePKCS1v1_5 }
}

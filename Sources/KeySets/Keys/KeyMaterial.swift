// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import KubeCore

/// The type of a key, as `kty` names it.
public enum KeyType: String, Sendable, Hashable {
    /// RSA.
    case rsa = "RSA"
    /// A NIST elliptic curve.
    case ec = "EC"
    /// An Edwards curve.
    case okp = "OKP"
}

/// A NIST elliptic curve.
public enum EllipticCurve: String, Sendable, Hashable, CaseIterable {
    /// NIST P-256.
    case p256 = "P-256"
    /// NIST P-384.
    case p384 = "P-384"
    /// NIST P-521.
    case p521 = "P-521"

    /// The length of a coordinate in bytes (RFC 7518, 6.2.1.2).
    public var coordinateLength: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }
}

/// A public key in its one normal form: no leading zeros in numbers, coordinates of full length.
public enum KeyMaterial: Sendable, Hashable {
    /// An RSA modulus and exponent, big-endian, without leading zero bytes.
    case rsa(modulus: [UInt8], exponent: [UInt8])
    /// A point on a NIST curve, both coordinates big-endian and of full length.
    case ec(EllipticCurve, x: [UInt8], y: [UInt8])
    /// An Ed25519 public key of 32 bytes.
    case ed25519([UInt8])

    /// The type of the key.
    public var type: KeyType {
        switch self {
        case .rsa: .rsa
        case .ec: .ec
        case .ed25519: .okp
        }
    }

    /// The algorithms that fit this key.
    public var algorithms: [SignatureAlgorithm] {
        switch self {
        case .rsa: [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        case .ec(.p256, _, _): [.es256]
        case .ec(.p384, _, _): [.es384]
        case .ec(.p521, _, _): [.es512]
        case .ed25519: [.edDSA, .ed25519]
        }
    }

    /// The members of a JWK that RFC 7638, 3.2 requires, and no other.
    public var requiredMembers: JSONObject {
        switch self {
        case .rsa(let modulus, let exponent):
            ["e": .string(Base64URL.encode(exponent)), "kty": "RSA", "n": .string(Base64URL.encode(modulus))]
        case .ec(let curve, let x, let y):
            [
                "crv": .string(curve.rawValue), "kty": "EC", "x": .string(Base64URL.encode(x)),
                "y": .string(Base64URL.encode(y)),
            ]
        case .ed25519(let point):
            ["crv": "Ed25519", "kty": "OKP", "x": .string(Base64URL.encode(point))]
        }
    }

    /// The thumbprint of RFC 7638 with SHA-256, base64url.
    ///
    /// The writer sorts members by their bytes and adds no white space, which is the canonical form of section 3.3.
    public var thumbprint: String {
        Base64URL.encode(SHA256.hash(data: JSONValue.object(requiredMembers).jsonBytes))
    }
}

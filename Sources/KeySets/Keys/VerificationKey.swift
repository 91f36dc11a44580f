// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// A public key that tokens may be verified with, and the algorithms that it may be used with.
///
/// The algorithms come from the key set alone. A token chooses among them at most; it never adds one.
public struct VerificationKey: Sendable, Hashable {
    /// The key id; `nil` when the provider gives none.
    public let kid: KeyID?
    /// The public key, normalised.
    public let material: KeyMaterial
    /// The algorithms that this key verifies, in a fixed order; never empty.
    public let algorithms: [SignatureAlgorithm]
    /// The thumbprint of RFC 7638 with SHA-256, base64url.
    public let thumbprint: String

    /// Creates a key.
    ///
    /// - Parameters:
    ///   - kid: The key id.
    ///   - material: The public key.
    ///   - algorithm: The one algorithm that the provider declares; without it, all that fit the key.
    public init(kid: KeyID?, material: KeyMaterial, algorithm: SignatureAlgorithm? = nil) {
        self.kid = kid
        self.material = material
        self.algorithms = algorithm.map { [$0] } ?? material.algorithms
        self.thumbprint = material.thumbprint
    }

    /// The type of the key.
    public var type: KeyType { material.type }

    /// Whether both stand for the same public key.
    public func hasSameMaterial(as other: Self) -> Bool {
        UTF8Order.equal(thumbprint, other.thumbprint)
    }
}

extension VerificationKey: JSONWritable {
    /// This key as a JWK of public members only; reading it again gives an equal key.
    public var json: JSONValue {
        var members = material.requiredMembers
        members["kid"] = kid.map { .string($0.text) }
        members["use"] = "sig"
        if algorithms.count == 1 { members["alg"] = algorithms.first.map { .string($0.rawValue) } }
        return .object(members)
    }
}

extension VerificationKey: Comparable {
    /// Orders keys by id, then thumbprint, then algorithms; keys without id come first.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        let order = UTF8Order.compare(lhs.kid?.text ?? "", rhs.kid?.text ?? "")
        if order != 0 { return order < 0 }
        if (lhs.kid == nil) != (rhs.kid == nil) { return lhs.kid == nil }
        let thumbprints = UTF8Order.compare(lhs.thumbprint, rhs.thumbprint)
        if thumbprints != 0 { return thumbprints < 0 }
        return lhs.algorithms.map(\.rawValue).lexicographicallyPrecedes(rhs.algorithms.map(\.rawValue))
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import FoundationEssentials
import KubeCore

/// Reads one JWK, or says why it is not used.
///
/// Certificates (`x5c`, `x5t`, `x5u`) are never looked at: what makes a key trusted is the place it was fetched from.
enum KeyReader {
    /// An entry that is not used.
    struct Problem: Error {
        let key: IgnoredKey
    }

    /// The greatest length of a `kid` in bytes.
    static let maximumKeyIDLength = 512
    /// The sizes of an RSA modulus that are used, in bits.
    static let modulusBits = 2048...8192

    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    static func read(_ entry: JSONValue) -> Result<VerificationKey, Problem> {
        guard case .object(let members) = entry else { return failure(nil, .malformed) }
        let kid: KeyID?
        switch members["kid"] {
        case nil, .null: kid = nil
        case .string(let text):
            guard text.utf8.count <= maximumKeyIDLength else { return failure(nil, .keyIDTooLong) }
            kid = KeyID(text)
        default: return failure(nil, .malformed)
        }
        do throws(Rejection) {
            return .success(try key(kid: kid, members))
        } catch {
            return failure(kid, error.reason)
        }
    }

    private struct Rejection: Error {
        let reason: IgnoredKey.Reason

        init(_ reason: IgnoredKey.Reason) {
            self.reason = reason
        }
    }

    private static func failure(
        _ kid: KeyID?,
        _ reason: IgnoredKey.Reason
    ) -> Result<VerificationKey, Problem> {
        .failure(Problem(key: IgnoredKey(kid: kid, reason: reason)))
    }

    private static func key(kid: KeyID?, _ members: JSONObject) throws(Rejection) -> VerificationKey {
        guard let type = KeyType(rawValue: try required("kty", members)) else {
            throw Rejection(.unsupportedKeyType)
        }
        for name in privateMembers where members[name].map({ !$0.isNull }) ?? false {
            throw Rejection(.privateKeyExposed)
        }
        let algorithm = try checkPurpose(members)
        let material =
            switch type {
            case .rsa: try rsa(members)
            case .ec: try ec(members)
            case .okp: try okp(members)
            }
        if let algorithm, !material.algorithms.contains(algorithm) { throw Rejection(.algorithmMismatch) }
        return VerificationKey(kid: kid, material: material, algorithm: algorithm)
    }

    /// Checks `use`, `key_ops` and `alg` against each other, and returns the algorithm declared.
    private static func checkPurpose(_ members: JSONObject) throws(Rejection) -> SignatureAlgorithm? {
        let use = try optional("use", members)
        if let use, use != "sig" { throw Rejection(.notForSignatures) }
        switch members["key_ops"] {
        case nil, .null: break
        case .array(let elements):
            let operations = elements.compactMap(\.string)
            // RFC 7517, 4.3: duplicate values must not be present.
            guard operations.count == elements.count, Set(operations).count == operations.count else {
                throw Rejection(.malformed)
            }
            guard operations.contains("verify") else { throw Rejection(.notForSignatures) }
        default: throw Rejection(.malformed)
        }
        guard let name = try optional("alg", members) else { return nil }
        switch SignatureAlgorithm.Declaration(name) {
        case .signature(let algorithm): return algorithm
        case .encryption: throw Rejection(use == nil ? .notForSignatures : .algorithmMismatch)
        case .symmetric: throw Rejection(.algorithmMismatch)
        case .unknown: throw Rejection(.unsupportedAlgorithm)
        }
    }

    private static func rsa(_ members: JSONObject) throws(Rejection) -> KeyMaterial {
        let modulus = try number("n", members)
        let exponent = try number("e", members)
        guard let first = modulus.first, let last = modulus.last else { throw Rejection(.malformed) }
        let bits = modulus.count * 8 - first.leadingZeroBitCount
        guard bits >= modulusBits.lowerBound else { throw Rejection(.tooSmall) }
        guard bits <= modulusBits.upperBound else { throw Rejection(.tooLarge) }
        guard exponent == [1, 0, 1] || exponent == [3] else { throw Rejection(.unsupportedExponent) }
        guard last & 1 == 1 else { throw Rejection(.malformed) }
        guard (try? _RSA.Signing.PublicKey(n: modulus, e: exponent)) != nil else { throw Rejection(.malformed) }
        return .rsa(modulus: modulus, exponent: exponent)
    }

    private static func ec(_ members: JSONObject) throws(Rejection) -> KeyMaterial {
        guard let curve = EllipticCurve(rawValue: try required("crv", members)) else {
            throw Rejection(.unsupportedCurve)
        }
        let x = try coordinate("x", of: curve, members)
        let y = try coordinate("y", of: curve, members)
        let point = [4] + x + y
        let isOnCurve =
            switch curve {
            case .p256: (try? P256.Signing.PublicKey(x963Representation: point)) != nil
            case .p384: (try? P384.Signing.PublicKey(x963Representation: point)) != nil
            case .p521: (try? P521.Signing.PublicKey(x963Representation: point)) != nil
            }
        guard isOnCurve else { throw Rejection(.offCurve) }
        return .ec(curve, x: x, y: y)
    }

    private static func okp(_ members: JSONObject) throws(Rejection) -> KeyMaterial {
        switch try required("crv", members) {
        case "Ed25519": break
        case "X25519", "X448": throw Rejection(.notForSignatures)
        default: throw Rejection(.unsupportedCurve)
        }
        let point = try decoded("x", members)
        guard point.count == 32 else { throw Rejection(.malformed) }
        guard Ed25519Point.isAcceptable(point) else { throw Rejection(.offCurve) }
        return .ed25519(point)
    }

    private static func required(_ name: String, _ members: JSONObject) throws(Rejection) -> String {
        guard let value = try optional(name, members) else { throw Rejection(.malformed) }
        return value
    }

    private static func optional(_ name: String, _ members: JSONObject) throws(Rejection) -> String? {
        switch members[name] {
        case nil, .null: return nil
        case .string(let value): return value
        default: throw Rejection(.malformed)
        }
    }

    private static func decoded(_ name: String, _ members: JSONObject) throws(Rejection) -> [UInt8] {
        guard let bytes = Base64URL.decode(try required(name, members)) else { throw Rejection(.malformed) }
        return bytes
    }

    /// A number without leading zero bytes; several providers send one, as signed encoders do.
    private static func number(_ name: String, _ members: JSONObject) throws(Rejection) -> [UInt8] {
        Array(try decoded(name, members).drop { $0 == 0 })
    }

    /// A coordinate of exactly the curve's length; encoders of plain numbers drop zeros, signed ones add one.
    private static func coordinate(
        _ name: String,
        of curve: EllipticCurve,
        _ members: JSONObject
    ) throws(Rejection) -> [UInt8] {
        let digits = try number(name, members)
        guard digits.count <= curve.coordinateLength else { throw Rejection(.malformed) }
        return Array(repeating: 0, count: curve.coordinateLength - digits.count) + digits
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import KubeCore
import NIOSSL

/// Certification authorities that replace the system's, read from PEM.
public struct CABundle: Sendable {
    /// A digest of the text, which is the identity of the bundle.
    public let hash: String
    /// The number of certificates.
    public var count: Int { certificates.count }

    let certificates: [NIOSSLCertificate]

    /// Reads one or more certificates in PEM.
    ///
    /// - Throws: `KeySetError` with `caBundleInvalid` when there is none or one cannot be read.
    public init(pem: some Collection<UInt8>) throws(KeySetError) {
        let bytes = Array(pem)
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(bytes)
        } catch {
            throw KeySetError(
                .caBundleInvalid,
                "cannot use the CA bundle: it does not hold certificates in PEM that can be read",
                cause: error
            )
        }
        guard !certificates.isEmpty else {
            throw KeySetError(.caBundleInvalid, "cannot use the CA bundle: it holds no certificate in PEM")
        }
        hash = Base64URL.encode(SHA256.hash(data: bytes))
    }
}

extension CABundle: Hashable {
    /// Whether both were read from the same text.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.hash == rhs.hash
    }

    /// Feeds the digest to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}

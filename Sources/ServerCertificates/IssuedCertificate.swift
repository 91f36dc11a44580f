// Grantor
// SPDX-License-Identifier: Apache-2.0

package import Crypto
package import FoundationEssentials
import KubeCore
import SwiftASN1
package import X509

/// A certificate for a server, its private key, and the authority that signed it and nothing else.
///
/// The authority's key is forgotten once it has signed: who gets hold of the server's key can play that server, but can
/// make no further certificate that clients would trust.
package struct IssuedCertificate: Sendable {
    /// The certificate that the server shows.
    package let certificate: Certificate
    /// The authority that clients have to trust.
    package let authority: Certificate
    /// The key of the certificate.
    package let key: P256.Signing.PrivateKey

    /// Makes an authority and a certificate, both with keys on P-256 (RFC 5280, profile of RFC 6125 for the names).
    ///
    /// - Parameters:
    ///   - names: DNS names and IP addresses that clients may use.
    ///   - commonName: The common name of the server's certificate.
    ///   - authorityName: The common name of the authority.
    ///   - validity: From when until when both are good.
    /// - Throws: What swift-certificates throws; nothing in it is secret.
    package init(
        for names: [String],
        commonName: String,
        authorityName: String,
        validity: Range<Date>
    ) throws {
        let authorityKey = P256.Signing.PrivateKey()
        let key = P256.Signing.PrivateKey()
        let issuer = try DistinguishedName { CommonName(authorityName) }
        let authorityIdentifier = SubjectKeyIdentifier(hash: .init(authorityKey.publicKey))
        authority = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(authorityKey.publicKey),
            notValidBefore: validity.lowerBound,
            notValidAfter: validity.upperBound,
            issuer: issuer,
            subject: issuer,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
                authorityIdentifier
            },
            issuerPrivateKey: .init(authorityKey)
        )
        certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(key.publicKey),
            notValidBefore: validity.lowerBound,
            notValidAfter: validity.upperBound,
            issuer: issuer,
            subject: try DistinguishedName { CommonName(commonName) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectKeyIdentifier(hash: .init(key.publicKey))
                AuthorityKeyIdentifier(keyIdentifier: authorityIdentifier.keyIdentifier)
                SubjectAlternativeNames(names.map(Self.generalName))
            },
            issuerPrivateKey: .init(authorityKey)
        )
        self.key = key
    }

    private static func generalName(_ name: String) -> GeneralName {
        guard let address = IPAddress(name) else { return .dnsName(name) }
        return .ipAddress(ASN1OctetString(contentBytes: octets(of: address)[...]))
    }

    /// The bytes of an address in network order: 4 or 16.
    private static func octets(of address: IPAddress) -> [UInt8] {
        switch address {
        case .v4(let value): bytes(of: value)
        case .v6(let high, let low): bytes(of: high) + bytes(of: low)
        }
    }

    private static func bytes<Value: FixedWidthInteger>(of value: Value) -> [UInt8] {
        stride(from: Value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

extension Certificate {
    /// The certificate in PEM (RFC 7468), with a line break at the end.
    ///
    /// - Throws: What swift-asn1 throws, which cannot happen to a certificate that was read or made.
    package func pem() throws -> String {
        try serializeAsPEM().pemString + "\n"
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// A certificate authority of the provider's own, and a certificate for the loopback names that it signed.
struct ProviderCredentials: Sendable {
    /// The authority's certificate, in PEM; what a client has to trust.
    let authorityPEM: String
    /// The server's side of TLS.
    let tls: TLSConfiguration

    /// Makes both, good for a year from a day ago.
    ///
    /// - Throws: `ProviderError` with the code `keyFailed`.
    init(now: Date) throws(ProviderError) {
        do {
            let authorityKey = P256.Signing.PrivateKey()
            let serverKey = P256.Signing.PrivateKey()
            let authorityName = try DistinguishedName { CommonName("grantor-dev-idp-ca") }
            let period = (now.addingTimeInterval(-86_400), now.addingTimeInterval(365 * 86_400))
            let authority = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: .init(authorityKey.publicKey),
                notValidBefore: period.0,
                notValidAfter: period.1,
                issuer: authorityName,
                subject: authorityName,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
                },
                issuerPrivateKey: .init(authorityKey)
            )
            let server = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: .init(serverKey.publicKey),
                notValidBefore: period.0,
                notValidAfter: period.1,
                issuer: authorityName,
                subject: try DistinguishedName { CommonName("grantor-dev-idp") },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames([
                        .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                    ])
                },
                issuerPrivateKey: .init(authorityKey)
            )
            authorityPEM = try authority.serializeAsPEM().pemString + "\n"
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: [
                    .certificate(try NIOSSLCertificate(bytes: Self.der(server), format: .der)),
                    .certificate(try NIOSSLCertificate(bytes: Self.der(authority), format: .der)),
                ],
                privateKey: .privateKey(
                    try NIOSSLPrivateKey(bytes: Array(serverKey.derRepresentation), format: .der)
                )
            )
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            configuration.shutdownTimeout = .milliseconds(300)
            tls = configuration
        } catch {
            throw ProviderError(.keyFailed, "cannot make a certificate for the development identity provider")
        }
    }

    private static func der(_ certificate: Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}

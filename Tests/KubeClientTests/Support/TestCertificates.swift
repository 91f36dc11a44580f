// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import NIOSSL
import SwiftASN1
import X509

/// A certificate authority for one test, and what it issued.
struct TestAuthority {
    /// A certificate and its key, PEM.
    struct Pair: Sendable {
        let certificate: String
        let key: String
    }

    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName
    let certificate: String

    init(_ commonName: String = "test authority") throws {
        let name = try DistinguishedName { CommonName(commonName) }
        let key = key
        self.name = name
        certificate = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: .init(key.publicKey),
            notValidBefore: Date().addingTimeInterval(-3_600),
            notValidAfter: Date().addingTimeInterval(3_600),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
            },
            issuerPrivateKey: .init(key)
        ).serializeAsPEM().pemString
    }

    /// Issues a certificate for names and addresses.
    func issue(_ commonName: String, dns: [String] = [], loopback: Bool = false) throws -> Pair {
        let leaf = P256.Signing.PrivateKey()
        var names = dns.map { GeneralName.dnsName($0) }
        if loopback { names.append(.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))) }
        let alternatives = names
        let certificate = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: .init(leaf.publicKey),
            notValidBefore: Date().addingTimeInterval(-3_600),
            notValidAfter: Date().addingTimeInterval(3_600),
            issuer: name,
            subject: try DistinguishedName { CommonName(commonName) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth, .clientAuth])
                SubjectAlternativeNames(alternatives)
            },
            issuerPrivateKey: .init(key)
        )
        return Pair(certificate: try certificate.serializeAsPEM().pemString, key: leaf.pemRepresentation)
    }

    /// The TLS of a server with a certificate of this authority.
    func server(_ pair: Pair, demandsClientCertificate: Bool = false) throws -> NIOSSLContext {
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem))
        )
        if demandsClientCertificate {
            settings.certificateVerification = .noHostnameVerification
            settings.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)))
        }
        return try NIOSSLContext(configuration: settings)
    }
}

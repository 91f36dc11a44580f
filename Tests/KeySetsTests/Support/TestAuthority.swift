// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import KeySets
import NIOSSL
import SwiftASN1
import X509

/// A certification authority of one test, and the certificate of a server for one host name.
struct TestAuthority {
    /// The certificate of the authority.
    let pem: String
    let server: NIOSSLContext

    init(host: String) throws {
        let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let serverKey = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("Test authority") }
        let start = Date(timeIntervalSinceNow: -3600)
        let end = Date(timeIntervalSinceNow: 86_400)
        let authority = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: authorityKey.publicKey,
            notValidBefore: start,
            notValidAfter: end,
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            },
            issuerPrivateKey: authorityKey
        )
        let certificate = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: Certificate.PublicKey(serverKey.publicKey),
            notValidBefore: start,
            notValidAfter: end,
            issuer: name,
            subject: DistinguishedName { CommonName("server") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([.dnsName(host)])
            },
            issuerPrivateKey: authorityKey
        )
        pem = try authority.serializeAsPEM().pemString
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.serializeAsPEM().pemString.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(serverKey.pemRepresentation.utf8), format: .pem)
        server = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
        )
    }

    /// The authority as an operator would be given it.
    func bundle() throws -> CABundle {
        try CABundle(pem: pem.utf8)
    }
}

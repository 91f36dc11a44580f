// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import KubeCore
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// What proves the server to clients and clients to the server: a certificate of its own making and one token.
struct ServerCredentials: Sendable {
    /// The certificate authority, in PEM.
    let authorityPEM: String
    /// The token of the one user, `system:admin`; 256 random bits in base64url.
    let token: String
    /// The server's certificate and its key.
    let tls: TLSConfiguration

    /// Makes a certificate authority, a server certificate that it signs, and a token.
    ///
    /// The certificate is good for ten years from a day ago (clocks differ) and for `localhost`, 127.0.0.1, ::1 and the
    /// given host.
    ///
    /// - Throws: `DevAPIServerError` when the certificate cannot be made.
    init(host: String, now: Date) throws {
        do {
            let authorityKey = P256.Signing.PrivateKey()
            let serverKey = P256.Signing.PrivateKey()
            let authority = try Self.authority(key: authorityKey, now: now)
            let certificate = try Self.server(
                key: serverKey,
                host: host,
                authority: authority,
                authorityKey: authorityKey,
                now: now
            )
            authorityPEM = try authority.serializeAsPEM().pemString + "\n"
            token = Self.makeToken()
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: [
                    .certificate(try NIOSSLCertificate(bytes: Self.der(certificate), format: .der)),
                    .certificate(try NIOSSLCertificate(bytes: Self.der(authority), format: .der)),
                ],
                privateKey: .privateKey(
                    try NIOSSLPrivateKey(bytes: Array(serverKey.derRepresentation), format: .der)
                )
            )
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            // A client that does not answer the closing alert must not hold up the end of the server.
            configuration.shutdownTimeout = .milliseconds(300)
            tls = configuration
        } catch {
            throw DevAPIServerError(.cannotMakeCertificate, "cannot make a server certificate", cause: error)
        }
    }

    private static func authority(key: P256.Signing.PrivateKey, now: Date) throws -> Certificate {
        let name = try DistinguishedName { CommonName("grantor-dev-ca") }
        return try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-86_400),
            notValidAfter: now.addingTimeInterval(10 * 365 * 86_400),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
                SubjectKeyIdentifier(hash: .init(key.publicKey))
            },
            issuerPrivateKey: .init(key)
        )
    }

    private static func server(
        key: P256.Signing.PrivateKey,
        host: String,
        authority: Certificate,
        authorityKey: P256.Signing.PrivateKey,
        now: Date
    ) throws -> Certificate {
        try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-86_400),
            notValidAfter: now.addingTimeInterval(10 * 365 * 86_400),
            issuer: authority.subject,
            subject: try DistinguishedName { CommonName("grantor-dev-apiserver") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectKeyIdentifier(hash: .init(key.publicKey))
                SubjectAlternativeNames(names(for: host))
            },
            issuerPrivateKey: .init(authorityKey)
        )
    }

    /// The names that clients may use; those of the loopback interface always.
    private static func names(for host: String) -> [GeneralName] {
        let loopback = [UInt8](repeating: 0, count: 15) + [1]
        var names: [GeneralName] = [
            .dnsName("localhost"),
            .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
            .ipAddress(ASN1OctetString(contentBytes: loopback[...])),
        ]
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        if octets.count == 4, !octets.contains(nil) {
            names.append(.ipAddress(ASN1OctetString(contentBytes: octets.compactMap(\.self)[...])))
        } else if !host.utf8.contains(UInt8(ascii: ":")) {
            names.append(.dnsName(host))
        }
        return names
    }

    private static func makeToken() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Base64URL.encode($0) }
    }

    private static func der(_ certificate: Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import NIOSSL
import SwiftASN1
import Testing
import X509

@testable import ServerCertificates

struct IssuedCertificateTests {
    private func issue(
        _ names: [String],
        from: TimeInterval = -60,
        until: TimeInterval = 3_600
    ) throws
        -> IssuedCertificate
    {
        let now = Date()
        return try IssuedCertificate(
            for: names,
            commonName: "server",
            authorityName: "authority",
            validity: now.addingTimeInterval(from)..<now.addingTimeInterval(until)
        )
    }

    /// Whether a client that trusts an authority takes a certificate now.
    private func isAccepted(_ certificate: Certificate, by authority: Certificate) async -> Bool {
        var verifier = Verifier(rootCertificates: CertificateStore([authority])) { RFC5280Policy() }
        let result = await verifier.validate(leaf: certificate, intermediates: CertificateStore())
        if case .validCertificate = result { return true }
        return false
    }

    @Test(arguments: [(-60.0, 3_600.0, true), (-3_600, -60, false), (60, 3_600, false)])
    func `a client that trusts the authority takes the certificate while it is good`(
        from: TimeInterval,
        until: TimeInterval,
        isGood: Bool
    ) async throws {
        let issued = try issue(["localhost"], from: from, until: until)
        #expect(await isAccepted(issued.certificate, by: issued.authority) == isGood)
    }

    @Test func `another authority of the same name is not enough`() async throws {
        let other = try issue(["localhost"]).authority
        #expect(await isAccepted(try issue(["localhost"]).certificate, by: other) == false)
    }

    @Test func `names and addresses are of their kinds`() throws {
        let issued = try issue(["a.example", "127.0.0.1", "::1", "2001:db8::a"])
        let names = try #require(try issued.certificate.extensions.subjectAlternativeNames)
        #expect(
            Array(names) == [
                .dnsName("a.example"),
                .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                .ipAddress(ASN1OctetString(contentBytes: ([UInt8](repeating: 0, count: 15) + [1])[...])),
                .ipAddress(
                    ASN1OctetString(
                        contentBytes: ([0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [0x0A])[...]
                    )
                ),
            ]
        )
    }

    @Test func `the settings of the server are complete`() throws {
        let configuration = try issue(["localhost"]).serverConfiguration()
        #expect(configuration.certificateChain.count == 2)
        #expect(configuration.minimumTLSVersion == .tlsv12)
        // It fails when key and certificate do not belong together.
        _ = try NIOSSLContext(configuration: configuration)
    }
}

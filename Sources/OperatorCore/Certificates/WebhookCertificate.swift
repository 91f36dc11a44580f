// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import KubeClient
import KubeCore
import ServerCertificates
import SwiftASN1
import X509

/// A certificate of the webhook with its private key and the authority that signed it.
///
/// Each certificate has an authority of its own, which has signed nothing else and cannot any more.
struct WebhookCertificate: Sendable {
    /// The certificate that is served.
    let leaf: Certificate
    /// The authority that the API server is told to trust.
    let authority: Certificate
    /// The key of the certificate in PEM.
    let privateKey: Secret

    /// Makes an authority and a certificate.
    ///
    /// - Parameters:
    ///   - names: DNS names and IPv4 addresses that clients may use.
    ///   - lifetime: How long both are good, in seconds.
    ///   - now: When that begins; clocks differ, so the certificates say somewhat earlier.
    /// - Throws: What swift-certificates throws; nothing in it is secret.
    init(names: [String], lifetime: TimeInterval, now: Date) throws {
        // Authorities of one name that are trusted at a time would be told apart by nothing but their keys.
        let mark = Hexadecimal.encode(Certificate.SerialNumber().bytes.prefix(8))
        let from = now.addingTimeInterval(-min(3_600, lifetime / 10))
        let issued = try IssuedCertificate(
            for: names,
            commonName: "grantor-webhook",
            authorityName: "grantor-webhook-ca-\(mark)",
            validity: from..<max(from, now.addingTimeInterval(lifetime))
        )
        leaf = issued.certificate
        authority = issued.authority
        privateKey = Secret(issued.key.pemRepresentation)
    }

    /// Reads a certificate with its authority behind it, and its key; `nil` unless all three belong together.
    init?(chain: String, privateKey: String) {
        guard let documents = try? PEMDocument.parseMultiple(pemString: chain), documents.count == 2,
            let leaf = try? Certificate(pemDocument: documents[0]),
            let authority = try? Certificate(pemDocument: documents[1]),
            let key = try? Certificate.PrivateKey(pemEncoded: privateKey),
            key.publicKey == leaf.publicKey, authority.publicKey.isValidSignature(leaf.signature, for: leaf)
        else { return nil }
        self.leaf = leaf
        self.authority = authority
        self.privateKey = Secret(privateKey)
    }

    /// The certificate and its authority in PEM, as it is served and stored.
    var chain: String { Self.pem(leaf) + Self.pem(authority) }

    /// When it has to be replaced: at two thirds of its life.
    var rotation: Date {
        let life = leaf.notValidAfter.timeIntervalSince(leaf.notValidBefore)
        return leaf.notValidBefore.addingTimeInterval(life * 2 / 3)
    }

    /// Whether clients accept it at a time under these names.
    func isUsable(at now: Date, for names: [String]) -> Bool {
        leaf.notValidBefore <= now && now < leaf.notValidAfter && now < authority.notValidAfter
            && self.names == Set(names.map(Self.canonical))
    }

    /// Whether it has to be replaced at a time: soon to end, not yet begun, or for other names.
    func isDue(at now: Date, for names: [String]) -> Bool {
        !isUsable(at: now, for: names) || now >= rotation
    }

    /// The names that it is good for.
    var names: Set<String> {
        guard let names = try? leaf.extensions.subjectAlternativeNames else { return [] }
        return Set(
            names.compactMap { name in
                switch name {
                case .dnsName(let text): text
                case .ipAddress(let octets): octets.bytes.map { String($0) }.joined(separator: ".")
                default: nil
                }
            }
        )
    }

    /// A certificate in PEM, with a line break at the end; empty when it cannot be written, which cannot happen to one
    /// that was read or made here.
    static func pem(_ certificate: Certificate) -> String {
        (try? certificate.pem()) ?? ""
    }

    /// A name as `names` tells it.
    private static func canonical(_ name: String) -> String {
        octets(of: name).map { $0.map { String($0) }.joined(separator: ".") } ?? name
    }

    private static func octets(of name: String) -> [UInt8]? {
        let octets = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return octets.count == 4 && !octets.contains(nil) ? octets.compactMap(\.self) : nil
    }
}

extension WebhookCertificate: CustomStringConvertible {
    /// When it ends; never the key.
    var description: String { "certificate until \(leaf.notValidAfter)" }
}

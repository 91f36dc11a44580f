// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
public import KubeCore
import NIOSSL
import SwiftASN1
import X509

/// What a certificate says of itself, as far as it helps a person to find out why it is not accepted.
public struct CertificateSummary: Sendable, Hashable {
    /// The common name, or the organisation; empty when it has neither.
    ///
    /// Somebody else chose it: whoever shows it escapes it.
    public let subject: String
    /// The same of whoever issued it.
    public let issuer: String
    /// The host names that it is for (RFC 6125); wildcards as they stand.
    public let hosts: [String]
    /// The addresses that it is for.
    public let addresses: [IPAddress]
    /// When it begins to hold.
    public let notBefore: Date
    /// When it ends to hold.
    public let notAfter: Date

    /// Creates a summary.
    public init(
        subject: String = "",
        issuer: String = "",
        hosts: [String] = [],
        addresses: [IPAddress] = [],
        notBefore: Date,
        notAfter: Date
    ) {
        self.subject = subject
        self.issuer = issuer
        self.hosts = hosts
        self.addresses = addresses
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// Whether it is for a host, by name or by address (RFC 6125, 6.4.3: a wildcard stands for the first label alone).
    public func covers(_ host: String) -> Bool {
        if let address = IPAddress(host) { return addresses.contains(address) }
        let host = host.lowercased()
        return hosts.contains { pattern in
            let pattern = pattern.lowercased()
            if UTF8Order.equal(pattern, host) { return true }
            guard pattern.hasPrefix("*."), let dot = host.firstIndex(of: "."), dot != host.startIndex else {
                return false
            }
            return UTF8Order.equal(String(pattern.dropFirst()), String(host[dot...]))
        }
    }
}

extension CertificateSummary {
    /// Reads a certificate; of one that is readable to TLS but not to a stricter reader the times alone.
    init(_ certificate: NIOSSLCertificate) {
        let times = (certificate.notValidBefore, certificate.notValidAfter)
        let parsed = (try? certificate.toDERBytes()).flatMap { try? Certificate(derEncoded: $0) }
        var hosts: [String] = []
        var addresses: [IPAddress] = []
        for name in (try? parsed?.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames() {
            switch name {
            case .dnsName(let host): hosts.append(host)
            case .ipAddress(let bytes): if let address = Self.address(Array(bytes.bytes)) { addresses.append(address) }
            default: break
            }
        }
        self.init(
            subject: parsed.map { Self.name($0.subject) } ?? "",
            issuer: parsed.map { Self.name($0.issuer) } ?? "",
            hosts: hosts,
            addresses: addresses,
            notBefore: Date(timeIntervalSince1970: Double(times.0)),
            notAfter: Date(timeIntervalSince1970: Double(times.1))
        )
    }

    private static func address(_ bytes: [UInt8]) -> IPAddress? {
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: return .v4(UInt32(truncatingIfNeeded: number(0..<4)))
        case 16: return .v6(number(0..<8), number(8..<16))
        default: return nil
        }
    }

    /// The common name, else the organisation.
    private static func name(_ name: DistinguishedName) -> String {
        let attributes = name.flatMap { Array($0) }
        for type in [ASN1ObjectIdentifier.NameAttributes.commonName, .NameAttributes.organizationName] {
            if let found = attributes.first(where: { $0.type == type }) { return String(describing: found.value) }
        }
        return ""
    }
}

extension CABundle {
    /// What each certificate of the bundle says of itself.
    public var summaries: [CertificateSummary] { certificates.map(CertificateSummary.init) }
}

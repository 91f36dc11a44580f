// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import NIOSSL
import ServerCertificates

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
            let issued = try IssuedCertificate(
                for: ["localhost", "127.0.0.1"],
                commonName: "grantor-dev-idp",
                authorityName: "grantor-dev-idp-ca",
                validity: now.addingTimeInterval(-86_400)..<now.addingTimeInterval(365 * 86_400)
            )
            authorityPEM = try issued.authority.pem()
            tls = try issued.serverConfiguration()
        } catch {
            throw ProviderError(.keyFailed, "cannot make a certificate for the development identity provider")
        }
    }
}

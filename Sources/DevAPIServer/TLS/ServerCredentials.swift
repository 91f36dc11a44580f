// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import KubeCore
import NIOSSL
import ServerCertificates

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
            let loopback = ["localhost", "127.0.0.1", "::1"]
            let issued = try IssuedCertificate(
                for: loopback + (loopback.contains(host) ? [] : [host]),
                commonName: "grantor-dev-apiserver",
                authorityName: "grantor-dev-ca",
                validity: now.addingTimeInterval(-86_400)..<now.addingTimeInterval(10 * 365 * 86_400)
            )
            authorityPEM = try issued.authority.pem()
            tls = try issued.serverConfiguration()
        } catch {
            throw DevAPIServerError(.cannotMakeCertificate, "cannot make a server certificate", cause: error)
        }
        token = SymmetricKey(size: .bits256).withUnsafeBytes { Base64URL.encode($0) }
    }
}

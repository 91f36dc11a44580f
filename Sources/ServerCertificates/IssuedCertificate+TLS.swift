// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import NIOCore
package import NIOSSL
import X509

extension IssuedCertificate {
    /// The settings of an HTTP/1.1 server that shows this certificate.
    ///
    /// - Throws: What NIOSSL throws.
    package func serverConfiguration() throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array((certificate.pem() + authority.pem()).utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // A client that does not answer the closing alert must not hold up the end of the server.
        configuration.shutdownTimeout = .milliseconds(300)
        return configuration
    }
}

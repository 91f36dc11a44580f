// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import KubeClient
import NIOCore
import NIOSSL
import Synchronization

/// The certificate that new connections get; it may change between two of them.
final class ServedCertificate: Sendable {
    /// Nothing can be served yet.
    private struct NotThere: Error {}

    private let current = Mutex<NIOSSLContextConfigurationOverride?>(nil)

    /// Whether connections can be served.
    var isThere: Bool { current.withLock { $0 != nil } }

    /// Serves a certificate from the next connection on; one that TLS cannot use is passed over.
    ///
    /// - Returns: Whether it could be used.
    @discardableResult
    func serve(_ certificate: WebhookCertificate) -> Bool {
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(Array(certificate.chain.utf8)),
            let key = try? NIOSSLPrivateKey(bytes: Array(certificate.privateKey.reveal().utf8), format: .pem)
        else { return false }
        var served = NIOSSLContextConfigurationOverride()
        served.certificateChain = chain.map { .certificate($0) }
        served.privateKey = .privateKey(key)
        current.withLock { $0 = served }
        return true
    }

    /// The settings of a server that asks for the certificate anew for each connection.
    ///
    /// - Throws: What swift-certificates and NIOSSL throw.
    func tlsConfiguration() throws -> TLSConfiguration {
        // The settings take no server without a certificate; this one is never shown to anybody.
        let placeholder = try WebhookCertificate(names: ["grantor.invalid"], lifetime: 60, now: Date())
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(placeholder.chain.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(placeholder.privateKey.reveal().utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { NIOSSLCertificateSource.certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = .milliseconds(300)
        configuration.sslContextCallback = { [weak self] _, promise in
            guard let served = self?.current.withLock({ $0 }) else { return promise.fail(NotThere()) }
            promise.succeed(served)
        }
        return configuration
    }
}

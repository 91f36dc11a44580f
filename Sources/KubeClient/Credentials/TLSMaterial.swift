// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOSSL

/// The documents of a TLS connection as they were read.
struct TLSMaterial: Sendable, Equatable {
    /// The trusted certificates, PEM; `nil` means the system's.
    var authority: [UInt8]?
    /// The client's certificate chain, PEM.
    var certificate: [UInt8]?
    /// The client's key, PEM.
    var key: [UInt8]?

    /// Reads what a configuration names.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable` or `InvalidConfiguration`.
    init(_ configuration: KubeConfiguration, host: HostEnvironment) throws(KubeError) {
        func read(_ source: KubeConfiguration.Source, _ what: String) throws(KubeError) -> [UInt8] {
            switch source {
            case .data(let document): return Array(document.reveal().utf8)
            case .file(let path):
                do throws(HostEnvironment.FileError) {
                    guard let content = try host.readFile(path) else {
                        throw HostEnvironment.FileError(reason: "there is no such file")
                    }
                    return content
                } catch {
                    throw KubeError(
                        .credentialUnavailable,
                        "cannot read the \(what) \(path) of \(configuration.origin): \(error.reason)"
                    )
                }
            }
        }
        if let source = configuration.certificateAuthority {
            authority = try read(source, "certificate-authority")
        }
        if let pair = configuration.clientCertificate {
            certificate = try read(pair.certificate, "client-certificate")
            key = try read(pair.key, "client-key")
        }
    }

    /// The settings that these documents amount to.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration` when a document cannot be used, or the key belongs to
    ///   another certificate.
    func settings(skipsVerification: Bool, origin: String) throws(KubeError) -> TLSConfiguration {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv12
        if let authority {
            guard let roots = try? NIOSSLCertificate.fromPEMBytes(authority), !roots.isEmpty else {
                throw Self.failure("certificate-authority", origin, "it holds no PEM certificate")
            }
            settings.trustRoots = .certificates(roots)
        }
        if skipsVerification { settings.certificateVerification = .none }
        if let certificate, let key {
            guard let chain = try? NIOSSLCertificate.fromPEMBytes(certificate), !chain.isEmpty else {
                throw Self.failure("client-certificate", origin, "it holds no PEM certificate")
            }
            guard let privateKey = try? NIOSSLPrivateKey(bytes: key, format: .pem) else {
                throw Self.failure("client-key", origin, "it holds no PEM private key without a passphrase")
            }
            settings.certificateChain = chain.map { .certificate($0) }
            settings.privateKey = .privateKey(privateKey)
            // Making a context is what compares the key with the certificate.
            do {
                _ = try NIOSSLContext(configuration: settings)
            } catch {
                throw Self.failure("client-key", origin, "it does not belong to the client-certificate")
            }
        }
        return settings
    }

    private static func failure(_ what: String, _ origin: String, _ detail: String) -> KubeError {
        KubeError(.invalidConfiguration, "cannot use the \(what) of \(origin): \(detail)")
    }
}

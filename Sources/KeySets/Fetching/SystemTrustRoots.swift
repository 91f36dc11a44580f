// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOSSL
import Synchronization

/// The system's certification authorities, read once when first needed.
///
/// Reading some 150 certificates takes milliseconds; done per fetch it would be most of the work at a thousand
/// endpoints.
final class SystemTrustRoots: Sendable {
    /// Where distributions keep the bundle; the first that can be read counts.
    private static let paths = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    private let roots = Mutex<NIOSSLTrustRoots?>(nil)

    /// The authorities; the TLS library's own search when no bundle is in a known place.
    func get() -> NIOSSLTrustRoots {
        roots.withLock { roots in
            if let roots { return roots }
            let found = Self.load()
            roots = found
            return found
        }
    }

    private static func load() -> NIOSSLTrustRoots {
        for path in paths {
            if let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty {
                return .certificates(certificates)
            }
        }
        return .default
    }
}

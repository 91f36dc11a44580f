// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// What one request shows of who asks.
struct Credential: Sendable {
    /// A certificate chain and its key, PEM.
    struct Identity: Sendable, Hashable {
        /// The certificate chain.
        var certificate: Secret
        /// The key.
        var key: Secret
    }

    /// The value of the `Authorization` header.
    var authorization: Secret?
    /// The client certificate that came with it.
    var identity: Identity?
    /// When it ceases to be accepted.
    var expiresAt: Date?
    /// Which one of its source it is, counted from 0.
    var serial = 0

    /// A credential with a bearer token.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable` when the token cannot stand in a header.
    static func bearer(_ token: String, from source: String) throws(KubeError) -> Credential {
        guard !token.isEmpty else { throw KubeError(.credentialUnavailable, "cannot use \(source): it is empty") }
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw KubeError(
                .credentialUnavailable,
                "cannot use \(source): it holds characters that no bearer token has"
            )
        }
        return Credential(authorization: Secret("Bearer " + token))
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Where the credentials of requests come from.
enum CredentialSource: Sendable {
    /// One that never changes.
    case fixed(Credential)
    /// A file that is read again and again.
    case tokenFile(TokenFile)
    /// A plugin.
    case exec(ExecCredentialSource)

    /// Creates the source that a configuration asks for.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable`.
    init(_ configuration: KubeConfiguration, host: HostEnvironment, timing: Timing) throws(KubeError) {
        switch configuration.authorization {
        case .none:
            self = .fixed(Credential())
        case .token(let token):
            self = .fixed(try .bearer(token.reveal(), from: "the token of \(configuration.origin)"))
        case .basic(let username, let password):
            guard !username.contains(":") else {
                throw KubeError(
                    .credentialUnavailable,
                    "cannot use the user name of \(configuration.origin): it holds a colon"
                )
            }
            let pair = Data("\(username):\(password.reveal())".utf8).base64EncodedString()
            self = .fixed(Credential(authorization: Secret("Basic " + pair)))
        case .tokenFile(let path, let fallback):
            self = .tokenFile(
                try TokenFile(path, fallback: fallback, origin: configuration.origin, host: host, now: timing.now)
            )
        case .exec(let plugin):
            let command = ExecCommand(plugin, host: host, origin: configuration.origin)
            self = .exec(ExecCredentialSource(command, now: timing.now))
        }
    }

    /// The credential for the next request.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable`, or `CancellationError`.
    func current() async throws -> Credential {
        switch self {
        case .fixed(let credential): credential
        case .tokenFile(let file): file.current()
        case .exec(let source): try await source.current()
        }
    }

    /// Another credential in the place of one that the server refused; `nil` when there is no other.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable`, or `CancellationError`.
    func replacement(for rejected: Credential) async throws -> Credential? {
        switch self {
        case .fixed: nil
        case .tokenFile(let file): file.replacement(for: rejected)
        case .exec(let source): try await source.replacement(for: rejected)
        }
    }
}

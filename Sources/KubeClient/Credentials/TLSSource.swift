// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import NIOSSL
import Synchronization

/// The TLS settings of requests, kept up with the files they come from.
///
/// New settings are for new connections; those that exist, watches above all, go on as they are.
final class TLSSource: Sendable {
    private struct State {
        var material: TLSMaterial
        /// `nil` while the first settings hold, which the transport has as its default.
        var changed: TLSConfiguration?
        var readAt: Date
        /// The settings made for a plugin's certificate, and the material they were made with.
        var plugin: (identity: Credential.Identity, material: TLSMaterial, settings: TLSConfiguration)?
    }

    private static let lifetime: TimeInterval = 60

    /// The settings at the start.
    let initial: TLSConfiguration
    private let configuration: KubeConfiguration
    private let host: HostEnvironment
    private let now: @Sendable () -> Date
    private let readsFiles: Bool
    private let state: Mutex<State>

    /// Reads the documents for the first time.
    ///
    /// - Throws: `KubeError` when one is missing or cannot be used.
    init(
        _ configuration: KubeConfiguration,
        host: HostEnvironment,
        now: @escaping @Sendable () -> Date
    )
        throws(KubeError)
    {
        self.configuration = configuration
        self.host = host
        self.now = now
        let sources = [
            configuration.certificateAuthority, configuration.clientCertificate?.certificate,
            configuration.clientCertificate?.key,
        ]
        readsFiles = sources.contains { if case .file = $0 { true } else { false } }
        let material = try TLSMaterial(configuration, host: host)
        initial = try material.settings(
            skipsVerification: configuration.skipsTLSVerification,
            origin: configuration.origin
        )
        state = Mutex(State(material: material, readAt: now()))
    }

    /// The settings for a request; `nil` means the initial ones.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable` when a plugin's certificate cannot be used.
    func settings(for credential: Credential) throws(KubeError) -> TLSConfiguration? {
        guard readsFiles || credential.identity != nil else { return nil }
        if readsFiles { refresh() }
        guard let identity = credential.identity else { return state.withLock { $0.changed } }
        let (material, made) = state.withLock { ($0.material, $0.plugin) }
        if let made, made.identity == identity, made.material == material { return made.settings }
        var combined = material
        combined.certificate = Array(identity.certificate.reveal().utf8)
        combined.key = Array(identity.key.reveal().utf8)
        let settings: TLSConfiguration
        do throws(KubeError) {
            settings = try combined.settings(
                skipsVerification: configuration.skipsTLSVerification,
                origin: "the plugin of \(configuration.origin)"
            )
        } catch {
            throw KubeError(.credentialUnavailable, error.message)
        }
        state.withLock { $0.plugin = (identity, material, settings) }
        return settings
    }

    /// Has the files read again for the next request, because the server was not trusted or did not trust us.
    func expire() {
        state.withLock { $0.readAt = .distantPast }
    }

    private func refresh() {
        let now = now()
        let isDue = state.withLock { state in
            let age = now.timeIntervalSince(state.readAt)
            guard age < 0 || age >= Self.lifetime else { return false }
            state.readAt = now
            return true
        }
        guard isDue, let material = try? TLSMaterial(configuration, host: host),
            material != state.withLock({ $0.material })
        else { return }
        // Certificate and key may be caught between two writes; the old pair serves until they match.
        guard
            let settings = try? material.settings(
                skipsVerification: configuration.skipsTLSVerification,
                origin: configuration.origin
            )
        else { return }
        state.withLock { state in
            state.material = material
            state.changed = settings
        }
    }
}

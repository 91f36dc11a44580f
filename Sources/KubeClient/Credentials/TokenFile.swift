// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Synchronization

/// A bearer token that stands in a file, which somebody else keeps fresh.
///
/// The file is read again after a minute, as kubelet renews it well before it expires. When it cannot be read, the last
/// token goes on serving: the server says soon enough when it has expired.
final class TokenFile: Sendable {
    private struct State {
        var credential: Credential
        var readAt: Date
    }

    private static let lifetime: TimeInterval = 60

    private let path: String
    private let source: String
    private let host: HostEnvironment
    private let now: @Sendable () -> Date
    private let state: Mutex<State>

    /// Reads the file for the first time.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable` when there is neither a token in it nor a fall-back.
    init(
        _ path: String,
        fallback: Secret?,
        origin: String,
        host: HostEnvironment,
        now: @escaping @Sendable () -> Date
    ) throws(KubeError) {
        self.path = path
        self.host = host
        self.now = now
        source = "the token file \(path) of \(origin)"
        var first: Credential
        do throws(KubeError) {
            first = try Self.read(path, host: host, source: source)
        } catch {
            guard let fallback else { throw error }
            first = try .bearer(fallback.reveal(), from: "the token of \(origin)")
        }
        first.serial = 0
        state = Mutex(State(credential: first, readAt: now()))
    }

    /// The token as of at most a minute ago.
    func current() -> Credential {
        let now = now()
        let (credential, readAt) = state.withLock { ($0.credential, $0.readAt) }
        // A clock that was set back must not keep an old token alive.
        let age = now.timeIntervalSince(readAt)
        guard age < 0 || age >= Self.lifetime else { return credential }
        return reread(at: now)
    }

    /// The token that the file holds now; `nil` when it is the one that was refused.
    func replacement(for rejected: Credential) -> Credential? {
        let fresh = reread(at: now())
        return fresh.serial == rejected.serial ? nil : fresh
    }

    private func reread(at now: Date) -> Credential {
        let fresh = try? Self.read(path, host: host, source: source)
        return state.withLock { state in
            state.readAt = now
            if let fresh, fresh.authorization != state.credential.authorization {
                state.credential.authorization = fresh.authorization
                state.credential.serial += 1
            }
            return state.credential
        }
    }

    private static func read(_ path: String, host: HostEnvironment, source: String) throws(KubeError) -> Credential {
        let content: [UInt8]?
        do throws(HostEnvironment.FileError) {
            content = try host.readFile(path)
        } catch {
            throw KubeError(.credentialUnavailable, "cannot read \(source): \(error.reason)")
        }
        guard let content else {
            throw KubeError(.credentialUnavailable, "cannot read \(source): there is no such file")
        }
        return try .bearer(String(decoding: content, as: UTF8.self).trimmingWhitespace(), from: source)
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// Runs a credential plugin once and reads what it hands out (client-go plugin/pkg/client/auth/exec).
struct ExecCommand: Sendable {
    private static let outputLimit = 1 << 20
    /// People may have to log in; plugins that never ask must be quick.
    private static let interactiveTimeLimit: Duration = .seconds(300)
    private static let timeLimit: Duration = .seconds(60)

    private let plugin: ExecPlugin
    private let host: HostEnvironment
    private let origin: String

    /// Creates a command that has not run yet.
    init(_ plugin: ExecPlugin, host: HostEnvironment, origin: String) {
        self.plugin = plugin
        self.host = host
        self.origin = origin
    }

    /// Runs the plugin.
    ///
    /// - Throws: `KubeError` with code `CredentialUnavailable`, or `CancellationError`.
    func run() async throws -> Credential {
        let isInteractive = try isInteractive()
        var environment = host.variables.mapValues { Secret($0) }
        for variable in plugin.environment { environment[variable.name] = variable.value }
        environment["KUBERNETES_EXEC_INFO"] = try information(isInteractive: isInteractive)
        let outcome = try await host.run(
            HostEnvironment.Command(
                executable: plugin.command,
                arguments: plugin.arguments,
                environment: environment,
                sharesStandardInput: isInteractive,
                outputLimit: Self.outputLimit,
                timeLimit: isInteractive ? Self.interactiveTimeLimit : Self.timeLimit
            )
        )
        switch outcome {
        case .exited(0, let output): return try credential(output)
        case .exited(let code, _): throw failure("it ended with status \(code)")
        case .signalled: throw failure("it was ended by a signal")
        case .notFound:
            throw failure("there is no such program" + (plugin.installHint.map { "; \($0)" } ?? ""))
        case .failed(let reason): throw failure(reason)
        case .outputTooLarge: throw failure("it wrote more than \(Self.outputLimit) bytes")
        case .timedOut: throw failure("it did not end in time")
        }
    }

    private func isInteractive() throws(KubeError) -> Bool {
        switch plugin.interactiveMode {
        case .never: return false
        case .ifAvailable: return host.hasTerminal
        case .always:
            guard host.hasTerminal else { throw failure("it needs a terminal, and standard input is none") }
            return true
        }
    }

    /// The value of `KUBERNETES_EXEC_INFO`: an `ExecCredential` with a spec and no status.
    private func information(isInteractive: Bool) throws(KubeError) -> Secret {
        var spec: JSONObject = ["interactive": .bool(isInteractive)]
        if let cluster = plugin.cluster { spec["cluster"] = try information(on: cluster) }
        let information: JSONValue = [
            "apiVersion": .string(plugin.version.rawValue),
            "kind": "ExecCredential",
            "spec": .object(spec),
        ]
        return Secret(information.jsonText)
    }

    private func information(on cluster: ExecPlugin.ClusterInfo) throws(KubeError) -> JSONValue {
        var authority: String?
        switch cluster.certificateAuthority {
        case nil: break
        case .data(let document): authority = Data(document.reveal().utf8).base64EncodedString()
        case .file(let path):
            guard let content = try? host.readFile(path) else { throw failure("cannot read \(path)") }
            authority = Data(content).base64EncodedString()
        }
        return .members([
            "server": .string(cluster.server),
            "tls-server-name": cluster.tlsServerName.map { .string($0) },
            "insecure-skip-tls-verify": cluster.skipsTLSVerification ? true : nil,
            "certificate-authority-data": authority.map { .string($0) },
            "proxy-url": cluster.proxyURL.map { .string($0.reveal()) },
            "config": cluster.config.flatMap { try? JSONValue(parsing: $0) },
        ])
    }

    private func credential(_ output: [UInt8]) throws(KubeError) -> Credential {
        guard let answer = try? ConfigurationText.parse(output, name: "the answer"), answer.object != nil else {
            throw failure("its output is no ExecCredential")
        }
        guard answer["kind"]?.string == "ExecCredential", answer["apiVersion"]?.string == plugin.version.rawValue else {
            throw failure("its output is no ExecCredential of \(plugin.version.rawValue)")
        }
        guard let status = answer["status"], status.object != nil else { throw failure("its output has no status") }
        let token = status["token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let certificate = status["clientCertificateData"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let key = status["clientKeyData"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        guard (certificate == nil) == (key == nil) else {
            throw failure("it hands out one of clientCertificateData and clientKeyData without the other")
        }
        guard token != nil || certificate != nil else {
            throw failure("it hands out neither a token nor a certificate")
        }
        var credential = Credential()
        if let token { credential = try .bearer(token, from: "the token of the plugin \(plugin.command) (\(origin))") }
        if let certificate, let key { credential.identity = .init(certificate: Secret(certificate), key: Secret(key)) }
        if let text = status["expirationTimestamp"]?.string {
            guard let date = Timestamp.parse(text) else { throw failure("its expirationTimestamp is no time") }
            credential.expiresAt = date
        }
        return credential
    }

    private func failure(_ detail: String) -> KubeError {
        KubeError(.credentialUnavailable, "cannot use the credential plugin \(plugin.command) of \(origin): \(detail)")
    }
}

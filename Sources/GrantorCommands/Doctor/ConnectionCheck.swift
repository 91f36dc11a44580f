// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import OperatorCore

/// Whether the API server answers, how old it is, and who asks.
struct ConnectionCheck {
    /// The oldest minor version of Kubernetes 1 that the chart is for.
    static let oldestMinor = 25

    /// Who asks, as far as the server tells.
    struct Identity: Sendable, Hashable {
        /// The user name; may be somebody's e-mail address.
        let userName: String

        /// Namespace and name, when it is a service account.
        var serviceAccount: NamespacedName? {
            let parts = userName.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" else { return nil }
            return NamespacedName(namespace: parts[2], name: parts[3])
        }

        /// The name where it is one that may be shown.
        var shown: String {
            userName.hasPrefix("system:") ? Printable.text(userName) : "a user of the cluster"
        }
    }

    let client: KubeClient

    /// Looks at the server, and at who asks; `nil` when there is no use in going on.
    ///
    /// - Throws: `CancellationError`.
    func run(_ log: DiagnosisLog) async throws -> Identity? {
        let server = client.configuration.server
        do {
            let version = try await client.serverVersion()
            log.add([Self.judge(version, server: server)])
        } catch let error as KubeError {
            log.add([failure("server-version", error)])
            return nil
        }
        do {
            let review = try await client.create(
                .selfSubjectReviews,
                ["apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"]
            )
            let identity = Identity(userName: review[path: ["status", "userInfo", "username"]]?.string ?? "")
            if identity.userName == "system:anonymous" {
                log.add([
                    .init(
                        area: .connection,
                        check: "identity",
                        verdict: .error,
                        message: "the API server does not know who asks (system:anonymous)",
                        advice: "give credentials: \(client.configuration.origin) has none that it accepts"
                    )
                ])
                return nil
            }
            log.add([.init(area: .connection, check: "identity", verdict: .ok, message: "asked as \(identity.shown)")])
            return identity
        } catch let error as KubeError where error.code == .resourceTypeUnknown || error.code == .forbidden {
            log.add([
                .init(
                    area: .connection,
                    check: "identity",
                    verdict: .skipped,
                    message: "the server does not tell who asks (before Kubernetes 1.28)"
                )
            ])
            return Identity(userName: "")
        } catch let error as KubeError {
            log.add([failure("identity", error)])
            return nil
        }
    }

    private func failure(_ check: String, _ error: KubeError) -> Diagnosis {
        Diagnosis(
            area: .connection,
            check: check,
            object: client.configuration.server,
            verdict: .error,
            message: error.message,
            advice: ClusterAdvice.text(for: error.code)
        )
    }

    /// Judges a version; the numbers of some clouds have a plus sign behind them.
    static func judge(_ version: ServerVersion, server: String) -> Diagnosis {
        let minor = Int(version.minor.prefix { $0.isASCII && $0.isNumber })
        let isOld = version.major == "1" && (minor.map { $0 < oldestMinor } ?? false)
        return Diagnosis(
            area: .connection,
            check: "server-version",
            object: server,
            verdict: isOld ? .warning : .ok,
            message: "Kubernetes \(Printable.text(version.gitVersion))",
            advice: isOld ? "the chart is made for Kubernetes 1.\(oldestMinor) and later" : ""
        )
    }
}

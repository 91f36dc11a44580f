// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore

/// Whether the operator's pods run; the operator's own role does not let it look.
struct PodCheck {
    private static let labels = "app.kubernetes.io/name=grantor"

    let client: KubeClient
    /// The namespace that the operator runs in.
    let home: String
    /// Who holds the lease, by its word; `nil` when nobody knows.
    let holder: String?

    /// Looks at the pods.
    ///
    /// - Throws: `CancellationError`.
    func run(_ log: DiagnosisLog) async throws {
        do {
            let pods = try await client.list(.pods, namespace: home, options: .init(labelSelector: Self.labels))
            log.add(Self.judge(pods.items, home: home, holder: holder))
        } catch let error as KubeError {
            let reason = error.code == .forbidden ? "who asks may not list them" : error.message
            log.add([Self.diagnosis(.skipped, "", "the pods of namespace \(home): \(reason)")])
        }
    }

    private static func diagnosis(
        _ verdict: Diagnosis.Verdict,
        _ object: String,
        _ message: String,
        _ advice: String = ""
    ) -> Diagnosis {
        Diagnosis(
            area: .leadership,
            check: "pods",
            object: object,
            verdict: verdict,
            message: message,
            advice: advice
        )
    }

    /// Judges the pods of the chart.
    static func judge(_ pods: [JSONValue], home: String, holder: String?) -> [Diagnosis] {
        guard !pods.isEmpty else {
            return [diagnosis(.skipped, "", "namespace \(home) has no pods with the label \(labels)")]
        }
        var result: [Diagnosis] = []
        for pod in pods {
            let name = pod["metadata"]?["name"]?.string ?? ""
            let object = "\(home)/\(Printable.text(name))"
            let isReady = (pod["status"]?["conditions"]?.array ?? []).contains {
                $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
            }
            let states = pod["status"]?["containerStatuses"]?.array ?? []
            let reason = states.lazy.compactMap { $0[path: ["state", "waiting", "reason"]]?.string }.first
            let restarts = states.compactMap { $0["restartCount"]?.integer }.max() ?? 0
            if !isReady {
                let why = Printable.text(reason ?? pod["status"]?["phase"]?.string ?? "no status", limit: 60)
                let advice = "kubectl describe pod -n \(home) \(name); kubectl logs -n \(home) \(name)"
                result.append(diagnosis(.error, object, "not ready: \(why)", advice))
            } else if restarts > 5 {
                result.append(
                    diagnosis(
                        .warning,
                        object,
                        "ready after \(restarts) restarts",
                        "docs/runbooks/GrantorRestarting.md"
                    )
                )
            }
        }
        if result.isEmpty { result.append(diagnosis(.ok, "", "\(pods.count) in namespace \(home), all ready")) }
        if let holder, !pods.contains(where: { holder.hasPrefix("\($0["metadata"]?["name"]?.string ?? "/")_") }) {
            let text = "the lease is held by \(Printable.text(holder, limit: 120)), which is none of these pods"
            let advice = "find out what else runs the operator: a laptop, another release"
            result.append(diagnosis(.warning, "", text, advice))
        }
        return result
    }
}

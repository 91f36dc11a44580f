// Grantor
// SPDX-License-Identifier: Apache-2.0

/// One thing that has to be so for a process to count as alive or ready.
struct HealthCheck: Sendable {
    /// The name, as in `caches-synced`.
    let name: String
    /// Why it is not so, in constant words; `nil` when it is.
    let problem: @Sendable () -> String?

    /// The check that always holds when anybody answers.
    static let ping = HealthCheck(name: "ping") { nil }
}

/// The answer to a probe, in the words of kube-apiserver (`apiserver/pkg/server/healthz`).
struct HealthReport: Sendable, Hashable {
    /// Whether all checks hold.
    let isHealthy: Bool
    /// What is answered.
    let text: String

    /// Makes the checks.
    ///
    /// - Parameters:
    ///   - checks: The checks.
    ///   - name: The name of the probe, as in `readyz`.
    ///   - excluded: Names of checks to leave out.
    ///   - isVerbose: Whether each is told, also when all hold.
    init(_ checks: [HealthCheck], name: String, excluding excluded: Set<String>, isVerbose: Bool) {
        var lines = ""
        var failures = false
        for check in checks {
            if excluded.contains(check.name) {
                lines += "[+]\(check.name) excluded: ok\n"
            } else if let problem = check.problem() {
                failures = true
                lines += "[-]\(check.name) failed: \(problem)\n"
            } else {
                lines += "[+]\(check.name) ok\n"
            }
        }
        isHealthy = !failures
        if failures {
            text = lines + "\(name) check failed\n"
        } else {
            text = isVerbose ? lines + "\(name) check passed\n" : "ok"
        }
    }
}

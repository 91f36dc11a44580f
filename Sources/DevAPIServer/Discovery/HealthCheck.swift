// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The health checks of API servers; who gets an answer at all gets a good one.
enum HealthCheck {
    private static let parts = ["ping", "log", "etcd", "poststarthook/crd-informer-synced"]

    /// Answers `/healthz`, `/livez` and `/readyz`, as a whole or for one part.
    static func answer(_ name: String, part: String?, isVerbose: Bool) -> HTTPAnswer {
        if let part {
            return parts.contains(part) ? HTTPAnswer(text: "ok") : HTTPAnswer(.pathNotFound)
        }
        guard isVerbose else { return HTTPAnswer(text: "ok") }
        return HTTPAnswer(text: parts.map { "[+]\($0) ok\n" }.joined() + "\(name) check passed\n")
    }
}

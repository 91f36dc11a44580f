// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController

/// How far the grants of an AppInstance are what its spec says, after the writes of a reconcile.
struct GrantOutcome: Sendable, Hashable {
    /// How many grants there should be.
    var desired: Int
    /// How many there are as they should be.
    var granted: Int
    /// Grants that are not ours, by name.
    var foreign: [String] = []
    /// Why a write failed; the gravest failure when there were several.
    var failure: Failure?
    /// Whether nothing may be written because the AdminAccess is paused.
    var isPaused = false
    /// Whether a grant is left that should not be; only when nothing may be written.
    var hasSurplus = false

    /// A failed write.
    struct Failure: Sendable, Hashable {
        /// The reason that the condition shows.
        var reason: Reason
        /// The code of the API server's answer, as in `Forbidden`.
        var code: String
    }
}

extension GrantOutcome {
    /// What a plan leads to when nothing of it is carried out.
    init(_ plan: GrantPlan, isPaused: Bool) {
        self.init(
            desired: plan.desired,
            granted: plan.upToDate,
            foreign: plan.foreign,
            isPaused: isPaused,
            hasSurplus: !plan.deletions.isEmpty
        )
    }

    /// What a plan led to.
    init(_ plan: GrantPlan, _ result: GrantWriter.Result) {
        self.init(
            desired: plan.desired,
            granted: plan.upToDate + result.granted.count + result.updated + result.present,
            foreign: plan.foreign + result.foreign
        )
        // Forbidden first: it is what somebody has to do something about.
        let failures = result.failures
        guard let gravest = failures.first(where: { $0.code == .forbidden }) ?? failures.first else { return }
        failure = .init(
            reason: gravest.code == .forbidden ? .writeForbidden : .writeFailed,
            code: gravest.code.rawValue
        )
    }
}

extension GrantOutcome.Failure {
    /// What makes the controller try again: seldom, when somebody has to change something first.
    var error: ReconcileError {
        let code = KubeError.Code(rawValue: code)
        return .transient(
            self.code,
            "cannot write AdminGrants",
            policy: code?.disposition == .permanent ? .external : .api
        )
    }
}

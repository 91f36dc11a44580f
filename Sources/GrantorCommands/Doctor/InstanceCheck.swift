// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import FoundationEssentials
import KeySets
import KubeCore

/// Whether admin blocks are in order, CA bundles hold, and what the operator says of each AppInstance.
enum InstanceCheck {
    /// Judges all; what is in order is told in one line.
    static func judge(_ sights: [InstanceSight], at now: Date, expectsStatus: Bool = true) -> [Diagnosis] {
        guard !sights.isEmpty else {
            return [
                Diagnosis(
                    area: .appInstances,
                    check: "appinstances",
                    verdict: .skipped,
                    message: "there is no AppInstance with an admin block to look at"
                )
            ]
        }
        var result: [Diagnosis] = []
        let valid = sights.filter { $0.verdict?.findings.isEmpty == true }
        if !valid.isEmpty {
            result.append(ok("admin", "\(count(valid.count)): the admin block satisfies the rules"))
        }
        result += sights.flatMap(rules)
        result += sights.compactMap { bundle($0, at: now) }
        guard expectsStatus else { return result }
        let ready = sights.filter { isReady($0) && isCurrent($0) }
        if !ready.isEmpty { result.append(ok("status", "\(count(ready.count)): Ready")) }
        return result + sights.flatMap(status)
    }

    private static func count(_ number: Int) -> String { "\(number) AppInstance\(number == 1 ? "" : "s")" }

    private static func ok(_ check: String, _ message: String) -> Diagnosis {
        Diagnosis(area: .appInstances, check: check, verdict: .ok, message: message)
    }

    // MARK: - The rules

    private static func rules(_ sight: InstanceSight) -> [Diagnosis] {
        guard let verdict = sight.verdict else { return [] }
        func diagnosis(_ level: Finding.Level, _ mark: Diagnosis.Verdict) -> Diagnosis? {
            let findings = verdict.findings.filter { $0.level == level }
            if findings.isEmpty { return nil }
            return Diagnosis(
                area: .appInstances,
                check: "admin",
                object: sight.name,
                verdict: mark,
                message: verdict.message(level, limit: 600),
                advice: "docs/tasks/config-invalid.md"
            )
        }
        return [diagnosis(.error, .error), diagnosis(.warning, .warning)].compactMap(\.self)
    }

    // MARK: - CA bundles

    /// What is wrong with the certificates of a bundle that can be read; of others the rules speak.
    private static func bundle(_ sight: InstanceSight, at now: Date) -> Diagnosis? {
        guard let bundle = sight.bundle.bundle, let entry = sight.instance.caBundle else { return nil }
        func diagnosis(_ verdict: Diagnosis.Verdict, _ message: String, _ advice: String = "") -> Diagnosis {
            Diagnosis(
                area: .appInstances,
                check: "ca-bundle",
                object: sight.name,
                verdict: verdict,
                message: "the CA bundle \(Printable.text(entry.name)) (\(Printable.text(entry.key))) \(message)",
                advice: advice
            )
        }
        let certificates = bundle.summaries
        let expired = certificates.filter { $0.notAfter < now }
        let renew = "put the authority's new certificate beside the old one: docs/tasks/private-ca.md"
        if expired.count == certificates.count { return diagnosis(.error, "holds expired certificates alone", renew) }
        if let first = expired.first {
            let text = "holds \(expired.count) expired of \(certificates.count) certificates, the first since "
            return diagnosis(.warning, text + Timestamp.format(first.notAfter), "take them out")
        }
        let next = certificates.map(\.notAfter).min() ?? .distantFuture
        let days = Int(next.timeIntervalSince(now) / 86_400)
        let text =
            "holds \(certificates.count) certificate\(certificates.count == 1 ? "" : "s"), the next to expire in \(days) days"
        return days < 30 ? diagnosis(.warning, text, renew) : diagnosis(.ok, text)
    }

    // MARK: - What the operator says

    private static func isReady(_ sight: InstanceSight) -> Bool {
        sight.access?.status?.condition(.ready)?.status == .yes
    }

    private static func isCurrent(_ sight: InstanceSight) -> Bool {
        guard let status = sight.access?.status else { return false }
        return status.appInstance?.generation == sight.instance.metadata.generation
    }

    private static func status(_ sight: InstanceSight) -> [Diagnosis] {
        func diagnosis(_ verdict: Diagnosis.Verdict, _ message: String, _ advice: String) -> Diagnosis {
            Diagnosis(
                area: .appInstances,
                check: "status",
                object: sight.name,
                verdict: verdict,
                message: message,
                advice: advice
            )
        }
        guard let access = sight.access, let status = access.status else {
            let advice = "check that an operator runs that looks after its namespace: see the leader election above"
            return [diagnosis(.error, "there is no AdminAccess with a status: no operator has looked at it", advice)]
        }
        var result: [Diagnosis] = []
        if !isCurrent(sight) {
            let advice = "wait a moment and look again; then at the operator's log"
            result.append(diagnosis(.warning, "its AdminAccess speaks of an older generation", advice))
        }
        if access.spec.paused { result.append(diagnosis(.warning, "paused: no grant is made or taken", "spec.paused")) }
        for type in ConditionType.allCases where type != .ready {
            guard let condition = status.condition(type), condition.status == .no else { continue }
            // Of the admin block the rules have told above.
            if condition.reason == Reason.invalidAdmin.rawValue, sight.verdict?.isValid == false { continue }
            let message =
                "\(condition.type) is False: \(condition.reason): \(Printable.text(condition.message, limit: 400))"
            let advice = Reason(rawValue: condition.reason).map(ReasonAdvice.text) ?? "kubectl describe adminaccess"
            result.append(diagnosis(condition.reason == Reason.paused.rawValue ? .warning : .error, message, advice))
        }
        if result.isEmpty, !isReady(sight), sight.verdict?.isValid == true {
            let reason = status.condition(.ready)?.reason ?? "no condition Ready"
            result.append(
                diagnosis(.warning, "not Ready yet: \(Printable.text(reason))", "wait a moment and look again")
            )
        }
        return result
    }
}

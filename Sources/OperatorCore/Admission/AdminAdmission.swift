// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// Judges AppInstances before they are written, by the rules that the controller goes by.
///
/// Two things differ, so that the webhook never stands in the way of what does not concern it: a block that stays as it
/// was is not refused, however wrong it is; and a CA bundle is not looked for, since it may be applied right after.
struct AdminAdmission: Sendable {
    /// The rules for an AppInstance; `nil` when another operator looks after it, or none.
    let rules: @Sendable (_ name: NamespacedName, _ labels: [String: String]) -> AdminRules?

    /// The answer to a question.
    func answer(to question: AdmissionQuestion) -> AdmissionAnswer {
        guard question.operation == "CREATE" || question.operation == "UPDATE", !question.isSubresource,
            let instance = question.instance, instance.admin != nil, !instance.metadata.isDeleting,
            let rules = rules(question.name, instance.metadata.labels),
            let verdict = rules.validate(instance)
        else { return .allowed }
        var answer = AdmissionAnswer()
        let isUnchanged = question.old.map { Self.isUnchanged(instance, from: $0) } ?? false
        if !isUnchanged, !verdict.isValid {
            answer.refuse(question.name.name.isEmpty ? instance.metadata.name : question.name.name, for: verdict)
        }
        answer.warn(of: isUnchanged ? verdict.findings : verdict.warnings)
        return answer
    }

    /// Whether what the rules look at is the same, byte by byte.
    private static func isUnchanged(_ instance: AppInstance, from old: AppInstance) -> Bool {
        instance.admin?.jsonBytes == old.admin?.jsonBytes
            && instance.customCertificates?.jsonBytes == old.customCertificates?.jsonBytes
    }
}

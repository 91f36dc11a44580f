// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// What the API server is answered: the `response` of an AdmissionReview (`admission.k8s.io/v1`).
struct AdmissionAnswer: Sendable, Hashable {
    /// The longest warning that clients show whole, in bytes (`apiserver/pkg/warning`).
    private static let longestWarning = 256
    /// The most warnings; a header has room for some twenty.
    private static let mostWarnings = 16
    /// The most details that a refusal names one by one.
    private static let mostCauses = 100

    /// Why it may not be written; `nil` when it may.
    var refusal: Status?
    /// What whoever writes should know.
    var warnings: [String] = []

    /// The answer that has nothing to say.
    static let allowed = AdmissionAnswer()

    /// Whether it may be written.
    var isAllowed: Bool { refusal == nil }

    /// The review that is sent back.
    func review(uid: String) -> JSONValue {
        [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "response": .members([
                "uid": .string(uid), "allowed": .bool(isAllowed), "status": refusal.map(\.json),
                "warnings": warnings.isEmpty ? nil : .array(warnings.map(JSONValue.string)),
            ]),
        ]
    }

    /// Refuses for errors, in the words of an API server whose own rules they were.
    mutating func refuse(_ name: String, for verdict: AdminVerdict) {
        let type = ResourceType.appInstances
        let errors = verdict.errors
        let list = verdict.message(.error)
        refusal = Status(
            code: 422,
            reason: "Invalid",
            message: "\(type.kind).\(type.group) \"\(name)\" is invalid: \(errors.count == 1 ? list : "[\(list)]")",
            name: name,
            group: type.group,
            kind: type.kind,
            causes: errors.prefix(Self.mostCauses).map { finding in
                Status.Cause(
                    reason: finding.error.kind.rawValue,
                    message: finding.error.body,
                    field: finding.error.path.description
                )
            }
        )
    }

    /// Warns of findings, each in a line that clients show whole.
    mutating func warn(of findings: [Finding]) {
        let room = findings.count > Self.mostWarnings ? Self.mostWarnings - 1 : findings.count
        warnings = findings.prefix(room).map { Self.line($0.description) }
        if findings.count > room { warnings.append("and \(findings.count - room) more") }
    }

    /// A text on one line and no longer than may be.
    private static func line(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            let next = scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar
            guard line.utf8.count + next.utf8.count <= longestWarning - 3 else { return line + "..." }
            line.unicodeScalars.append(next)
        }
        return line
    }
}

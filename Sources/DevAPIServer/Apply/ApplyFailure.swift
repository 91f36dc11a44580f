// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Why an apply was refused.
enum ApplyFailure: Error, Sendable, Hashable {
    /// One field that somebody else owns with another value.
    struct Conflict: Sendable, Hashable {
        /// Who owns it, as messages name managers: `"kubectl-client-side-apply" using v1`.
        let manager: String
        /// The field, as in `.data.a`.
        let field: String
    }

    /// Fields are owned by others, and the request does not force; never empty, sorted by manager and field.
    case conflicts([Conflict])
    /// The applied document cannot be read as an object of its kind, with what is wrong.
    case invalid(String)

    /// The status to answer with: 409 with a cause a field, or 400.
    var status: Status {
        switch self {
        case .invalid(let message): Status(code: 400, reason: "BadRequest", message: message)
        case .conflicts(let conflicts):
            Status(
                code: 409,
                reason: "Conflict",
                message: Self.message(conflicts),
                causes: conflicts.map { conflict in
                    Status.Cause(
                        reason: "FieldManagerConflict",
                        message: "conflict with \(conflict.manager)",
                        field: conflict.field
                    )
                }
            )
        }
    }

    /// The message of structured-merge-diff: one line for one conflict, else a list by manager.
    private static func message(_ conflicts: [Conflict]) -> String {
        let head = "Apply failed with \(conflicts.count) conflict\(conflicts.count == 1 ? "" : "s"): "
        if let only = conflicts.first, conflicts.count == 1 {
            return head + "conflict with \(only.manager): \(only.field)"
        }
        var lines: [String] = []
        var last: String?
        for conflict in conflicts {
            if conflict.manager != last { lines.append("conflicts with \(conflict.manager):") }
            last = conflict.manager
            lines.append("- \(conflict.field)")
        }
        return head + lines.joined(separator: "\n")
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A plan as a person reads it.
struct RefreshText {
    let style: TerminalStyle
    /// The AppInstance: `namespace/name`.
    let instance: String

    /// The plan, what to know about it, and how to carry it out.
    func plan(_ plan: RefreshPlan, world: RefreshWorld, command: String) -> String {
        var lines = [style.text("Refresh of the admin token of AppInstance \(instance)", .bold)]
        if let record = world.record {
            lines.append("A refresh that began at \(record.startedAt) was broken off; this is what is left of it.")
        }
        lines.append("")
        let steps = RefreshPlan.preview(world)
        for (number, step) in steps.enumerated() {
            let place = "\(number + 1)."
            let text = step.isDeletion ? style.text(step.text, .red) : step.text
            lines.append(String(repeating: " ", count: max(0, 4 - place.count)) + "\(place) \(text)")
        }
        if steps.isEmpty { lines.append("  nothing is left to be done") }
        lines.append("")
        lines += plan.notes.map { style.text("note: ", .yellow) + $0 }
        lines.append(
            "Everything signed with the old keys stops working, management tokens included: choose a quiet time."
        )
        switch plan.refusal {
        case .paused:
            lines.append(
                "It cannot be done now: the AppInstance is paused (spec.pause), so that kubit would not make the Jobs again."
            )
        case .deleting: lines.append("It cannot be done now: the AppInstance is being deleted.")
        case .jobFailed(let name):
            lines.append("It cannot go on now: Job \(name) has failed; kubectl logs job/\(name) tells why.")
        case nil: lines.append("Nothing was changed. To do it: \(command)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension RefreshWorld {
    /// As if no refresh had ever been broken off.
    var withoutRecord: RefreshWorld {
        var copy = self
        copy.record = nil
        return copy
    }
}

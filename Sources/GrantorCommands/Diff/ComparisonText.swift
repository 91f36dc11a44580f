// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering

/// A comparison for people: who gains access, who loses it, who changes, then what else differs.
struct ComparisonText {
    private let comparison: InstanceComparison
    private let names: (String, String)
    private let style: TerminalStyle

    init(_ comparison: InstanceComparison, names: (String, String), style: TerminalStyle) {
        self.comparison = comparison
        self.names = names
        self.style = style
    }

    /// The text; empty when both mean the same.
    var text: String {
        guard !comparison.isSame else { return "" }
        var lines = [style.text("--- \(Self.line(names.0))", .red), style.text("+++ \(Self.line(names.1))", .green)]
        add("gains access", comparison.gains.map { added(person($0)) }, to: &lines)
        add("loses access", comparison.loses.map { removed(person($0)) }, to: &lines)
        add("changes", comparison.changes.flatMap(change), to: &lines)
        add("listed without access", comparison.added.map { added(person($0)) }, to: &lines)
        add("no longer listed, never had access", comparison.removed.map { removed(person($0)) }, to: &lines)
        add("admin block", comparison.admin.flatMap(difference), to: &lines)
        add("everything else", comparison.rest.flatMap(difference), to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private func add(_ title: String, _ body: [String], to lines: inout [String]) {
        guard !body.isEmpty else { return }
        lines.append(style.text(title, .bold))
        lines += body
    }

    private func added(_ text: String) -> String {
        style.text("  + \(text)", .green)
    }

    private func removed(_ text: String) -> String {
        style.text("  - \(text)", .red)
    }

    /// An entry of the list: its id, then who that is.
    private func person(_ user: ComparedUser) -> String {
        var text = Self.line(user.id)
        if !user.name.isEmpty { text += "  \(Self.line(user.name))" }
        if let email = user.email, !email.isEmpty { text += " <\(Self.line(email))>" }
        if !user.groups.isEmpty { text += "  (\(user.groups.map(Self.line).joined(separator: ", ")))" }
        return text
    }

    private func change(_ change: InstanceComparison.Change) -> [String] {
        ["  ~ \(person(change.new))"]
            + change.fields.map { field in
                "      \(Self.line(field.path.description)): \(shown(field.old, field.path)) -> \(shown(field.new, field.path))"
            }
    }

    private func difference(_ difference: ValueDifference) -> [String] {
        let path = Self.line(difference.path.description)
        var lines: [String] = []
        if difference.old != nil { lines.append(removed("\(path): \(shown(difference.old, difference.path))")) }
        if difference.new != nil { lines.append(added("\(path): \(shown(difference.new, difference.path))")) }
        return lines
    }

    private func shown(_ value: JSONValue?, _ path: FieldPath) -> String {
        guard let value else { return "nothing" }
        return Self.line(SecretPath.shown(value, at: path).jsonText)
    }

    /// A text with nothing in it that a terminal would obey: control characters and those that turn the direction.
    static func line(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
                let hex = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default:
                output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}

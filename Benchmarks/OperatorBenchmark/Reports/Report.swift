// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// All figures of a run beside what they are held to.
struct Report {
    /// The figures.
    var figures: [Figure]
    /// What they are held to.
    var thresholds: Thresholds

    /// The figures that do not pass.
    var missed: [Figure] { figures.filter { !thresholds[$0.id].admits($0.value) } }

    /// A table for people.
    var table: String {
        var rows = [["figure", "measured", "unit", "limit", "client-go", ""]]
        for figure in figures {
            let entry = thresholds[figure.id]
            let limit = entry.maximum.map { "<= \(Self.text($0))" } ?? entry.minimum.map { ">= \(Self.text($0))" }
            rows.append([
                figure.title, Self.text(figure.value), figure.unit, limit ?? "", entry.bar.map(Self.text) ?? "",
                limit == nil ? "" : entry.admits(figure.value) ? "ok" : "MISSED",
            ])
        }
        let widths = (0..<6).map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 || column == 2 || column == 5 ? cell + padding : padding + cell
            }
            .joined(separator: "  ")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same for programs.
    var json: JSONValue {
        .array(
            figures.map { figure in
                let entry = thresholds[figure.id]
                return .members([
                    "id": .string(figure.id),
                    "title": .string(figure.title),
                    "value": figure.value.isFinite ? .number(figure.value) : .null,
                    "unit": .string(figure.unit),
                    "max": entry.maximum.map(JSONValue.number),
                    "min": entry.minimum.map(JSONValue.number),
                    "clientGo": entry.bar.map(JSONValue.number),
                    "passes": .bool(entry.admits(figure.value)),
                ])
            }
        )
    }

    /// A number with about three digits that say something.
    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "none" }
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2
        let scale = [1.0, 10, 100][digits]
        let scaled = (value * scale).rounded()
        if digits == 0 || scaled == scaled.rounded(.down) && scaled.truncatingRemainder(dividingBy: scale) == 0 {
            return String(Int(scaled / scale))
        }
        return String(scaled / scale)
    }
}

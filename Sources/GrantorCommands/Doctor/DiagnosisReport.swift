// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Everything that was found.
struct DiagnosisReport: Sendable {
    /// The most lines of one check and one verdict that a person is shown.
    private static let maximumLines: [Diagnosis.Verdict: Int] = [.ok: 5, .warning: 20, .error: 20, .skipped: 5]

    /// What was found, by area, in the order in which it was found.
    let diagnoses: [Diagnosis]

    init(_ diagnoses: [Diagnosis]) {
        // A user's id may be an address, and so may what a server says.
        self.diagnoses = Diagnosis.Area.allCases.flatMap { area in
            diagnoses.filter { $0.area == area }.map(\.withoutAddresses)
        }
    }

    /// How many there are of a verdict.
    func count(_ verdict: Diagnosis.Verdict) -> Int {
        diagnoses.count { $0.verdict == verdict }
    }

    /// The exit status: 0 without errors, 1 with one, 2 when nothing could be looked at.
    var exitStatus: Int32 {
        let isUnreachable = diagnoses.contains { $0.area == .connection && $0.verdict == .error }
        if isUnreachable, !diagnoses.contains(where: { $0.area != .connection && $0.verdict != .skipped }) { return 2 }
        return count(.error) == 0 ? 0 : 1
    }

    /// The report for people.
    func text(_ style: TerminalStyle) -> String {
        var lines: [String] = []
        for area in Diagnosis.Area.allCases {
            let found = diagnoses.filter { $0.area == area }
            if found.isEmpty { continue }
            lines.append(style.text(Self.title(of: area), .bold))
            lines += Self.lines(found, style)
            lines.append("")
        }
        lines.append(summary)
        return lines.joined(separator: "\n") + "\n"
    }

    private var summary: String {
        func counted(_ number: Int, _ one: String) -> String { "\(number) \(one)\(number == 1 ? "" : "s")" }
        return "\(count(.ok)) ok, \(counted(count(.warning), "warning")), \(counted(count(.error), "error")), "
            + "\(count(.skipped)) skipped"
    }

    private static func title(of area: Diagnosis.Area) -> String {
        switch area {
        case .connection: "API server"
        case .permissions: "Permissions"
        case .definitions: "Definitions"
        case .leadership: "Leader election"
        case .appInstances: "AppInstances"
        case .endpoints: "Endpoints"
        }
    }

    private struct Kind: Hashable {
        let check: String
        let verdict: Diagnosis.Verdict
    }

    private static func lines(_ diagnoses: [Diagnosis], _ style: TerminalStyle) -> [String] {
        var lines: [String] = []
        var shown: [Kind: Int] = [:]
        var lastAdvice = ""
        for diagnosis in diagnoses {
            let kind = Kind(check: diagnosis.check, verdict: diagnosis.verdict)
            shown[kind, default: 0] += 1
            guard shown[kind, default: 0] <= maximumLines[diagnosis.verdict] ?? 20 else { continue }
            let object = diagnosis.object.isEmpty ? "" : "\(diagnosis.object): "
            lines.append("  \(label(diagnosis.verdict, style)) \(object)\(diagnosis.message)")
            // What is to be done about several things is said once, with the first of them.
            if !diagnosis.advice.isEmpty, diagnosis.advice != lastAdvice {
                lines.append("          \(style.text("-> " + diagnosis.advice, .dim))")
            }
            lastAdvice = diagnosis.advice
        }
        for verdict in Diagnosis.Verdict.allCases {
            let hidden = shown.filter { $0.key.verdict == verdict }.values
                .reduce(0) { $0 + max(0, $1 - (maximumLines[verdict] ?? 20)) }
            if hidden > 0 { lines.append("  \(label(verdict, style)) and \(hidden) more: see -o json") }
        }
        return lines
    }

    private static func label(_ verdict: Diagnosis.Verdict, _ style: TerminalStyle) -> String {
        let word = verdict.rawValue + String(repeating: " ", count: 7 - verdict.rawValue.count)
        switch verdict {
        case .ok: return style.text(word, .green)
        case .warning: return style.text(word, .yellow)
        case .error: return style.text(word, .red)
        case .skipped: return style.text(word, .dim)
        }
    }
}

extension DiagnosisReport: JSONWritable {
    /// The report as `grantor doctor -o json` prints it.
    var json: JSONValue {
        [
            "summary": .object(
                JSONObject(Diagnosis.Verdict.allCases.map { ($0.rawValue, .integer(Int64(count($0)))) })
            ),
            "checks": .array(diagnoses.map(\.json)),
        ]
    }
}

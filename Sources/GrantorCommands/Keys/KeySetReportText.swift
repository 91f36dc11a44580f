// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets

/// A report of keys as a person reads it.
struct KeySetReportText {
    let text: String

    init(_ report: KeySetReport) {
        var lines: [String] = []
        if let document = report.document { lines.append("Document:  \(document.rawValue)") }
        if report.document == .discovery, let uri = report.keySetURI {
            lines.append("Keys at:   \(uri) (better used as the endpoint itself)")
        }
        if let issuer = report.issuer.value {
            lines.append("Issuer:    \(issuer) (\(report.issuer.source.rawValue))")
        } else if report.refusal == nil {
            lines.append("Issuer:    not known: the URL has no provider's shape")
        }
        if let refusal = report.refusal {
            lines.append("Refused:   \(refusal.code.rawValue): \(refusal.message)")
            if let advice = Self.advice(for: refusal.code) { lines.append("           \(advice)") }
        } else {
            let declared = report.maxAge.map { "\($0.components.seconds)s" } ?? "not given"
            lines.append("Lifetime:  \(report.lifetime().components.seconds)s (max-age \(declared))")
        }
        if !report.usable.isEmpty {
            let header = ["KID", "TYPE", "ALGORITHMS", "THUMBPRINT"]
            let rows = report.usable.map { key in
                [
                    key.kid?.description ?? "(none)", key.type.rawValue,
                    key.algorithms.map(\.rawValue).joined(separator: ","), key.thumbprint,
                ]
            }
            lines += ["", "Usable:    \(report.usable.count)"] + Self.table([header] + rows)
        }
        if !report.ignored.isEmpty {
            let rows = report.ignored.map { [$0.kid?.description ?? "(none)", $0.reason.rawValue] }
            lines += ["", "Ignored:   \(report.ignored.count)"] + Self.table([["KID", "REASON"]] + rows)
        }
        text = lines.joined(separator: "\n")
    }

    /// What can be done, where the message alone does not say it.
    private static func advice(for code: KeySetError.Code) -> String? {
        switch code {
        case .insecureEndpoint: "Use https; for a look, --allow-insecure permits plain http."
        case .tlsFailed: "When a certification authority of your own signed the certificate, name it with --ca-file."
        case .notJSON, .notAKeySet, .badStatus:
            "Check the path: the provider's discovery document names it as jwks_uri."
        default: nil
        }
    }

    private static func table(_ rows: [[String]]) -> [String] {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = cells.joined(separator: "   ")
            return "  " + line.prefix(line.count - (line.reversed().prefix { $0 == " " }.count))
        }
    }
}

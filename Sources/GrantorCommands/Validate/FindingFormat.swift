// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import ArgumentParser
import KubeCore
import YAMLSource

/// How findings are printed.
enum FindingFormat: String, CaseIterable, ExpressibleByArgument {
    /// One line each, as compilers do.
    case text
    /// One array.
    case json
    /// Workflow commands that GitHub shows beside the lines of a change.
    case github

    /// The findings as text; each line ends in a line break.
    func render(_ findings: [FileFinding]) -> String {
        switch self {
        case .text: findings.map { Self.line($0) + "\n" }.joined()
        case .json: Self.array(findings)
        case .github: findings.map { Self.command($0) + "\n" }.joined()
        }
    }

    private static func line(_ finding: FileFinding) -> String {
        let path = finding.path.isEmpty ? "" : "\(finding.path): "
        let place = finding.hasPlace ? "\(finding.file):\(finding.mark.line):\(finding.mark.column)" : finding.file
        return "\(place): \(finding.level.rawValue): \(path)\(finding.message)"
    }

    private static func array(_ findings: [FileFinding]) -> String {
        let elements = findings.map { finding -> JSONValue in
            [
                "file": .string(finding.file),
                "line": finding.hasPlace ? .integer(Int64(finding.mark.line)) : .null,
                "column": finding.hasPlace ? .integer(Int64(finding.mark.column)) : .null,
                "path": .string(finding.path),
                "level": .string(finding.level.rawValue),
                "message": .string(finding.message),
            ]
        }
        return String(decoding: JSONWriter.bytes(.array(elements), layout: .indented), as: UTF8.self) + "\n"
    }

    private static func command(_ finding: FileFinding) -> String {
        let place = finding.hasPlace ? ",line=\(finding.mark.line),col=\(finding.mark.column)" : ""
        let path = finding.path.isEmpty ? "" : "\(finding.path): "
        let message = escaped(path + finding.message, inProperty: false)
        return "::\(finding.level.rawValue) file=\(escaped(finding.file, inProperty: true))\(place)::\(message)"
    }

    /// Escapes as the workflow runner unescapes: `%`, line ends, and in properties `:` and `,`.
    private static func escaped(_ text: String, inProperty: Bool) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": output += "%25"
            case "\r": output += "%0D"
            case "\n": output += "%0A"
            case ":" where inProperty: output += "%3A"
            case "," where inProperty: output += "%2C"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import Rendering

/// How a comparison is printed.
enum ComparisonFormat: String, CaseIterable, ExpressibleByArgument {
    /// For people.
    case text
    /// One object.
    case json

    /// The comparison as text; nothing for people when both mean the same.
    func text(of comparison: InstanceComparison, names: (String, String), style: TerminalStyle) -> String {
        switch self {
        case .text: ComparisonText(comparison, names: names, style: style).text
        case .json: Self.json(of: comparison)
        }
    }

    private static func json(of comparison: InstanceComparison) -> String {
        let object: JSONValue = [
            "same": .bool(comparison.isSame),
            "gainsAccess": .array(comparison.gains.map(person)),
            "losesAccess": .array(comparison.loses.map(person)),
            "changes": .array(
                comparison.changes.map { ["id": .string($0.new.id), "fields": .array($0.fields.map(difference))] }
            ),
            "added": .array(comparison.added.map(person)),
            "removed": .array(comparison.removed.map(person)),
            "admin": .array(comparison.admin.map(difference)),
            "rest": .array(comparison.rest.map(difference)),
        ]
        return String(decoding: JSONWriter.bytes(object, layout: .indented), as: UTF8.self) + "\n"
    }

    private static func person(_ user: ComparedUser) -> JSONValue {
        user.value
    }

    private static func difference(_ difference: ValueDifference) -> JSONValue {
        .members([
            "path": .string(difference.path.description),
            "old": difference.old.map { SecretPath.shown($0, at: difference.path) },
            "new": difference.new.map { SecretPath.shown($0, at: difference.path) },
        ])
    }
}

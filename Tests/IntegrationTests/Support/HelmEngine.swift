// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

/// Helm's own engine, by way of Python, with a chart that behaves as influxdb3-clustered does.
enum HelmEngine {
    /// One thing that the engine is asked to render.
    struct Case: Sendable {
        /// The texts of the values files.
        var files: [String]
        /// What stands behind `--set`.
        var assignments: [String] = []
        /// The name of the release.
        var release = "rel"
        /// The namespace of the release.
        var namespace = "ns"

        var json: JSONValue {
            [
                "files": .array(files.map(JSONValue.string)), "set": .array(assignments.map(JSONValue.string)),
                "release": .string(release), "namespace": .string(namespace),
            ]
        }
    }

    /// Asks the engine, in one process.
    ///
    /// - Returns: Its answers, one for each question.
    static func answers(to questions: [JSONValue]) async throws -> [JSONValue] {
        let command = Command(
            path: try Tool.python.required(),
            arguments: [
                Tool.script("helm_render.py"),
                Tool.repositoryFile("Tests/IntegrationTests/Fixtures/chart-double"),
            ],
            input: questions.map { $0.jsonText + "\n" }.joined(),
            limit: .seconds(120)
        )
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(outcome.errors.suffix(2000))")
        let lines = outcome.output.split(separator: "\n")
        try #require(lines.count == questions.count)
        return try lines.map { try JSONValue(parsing: String($0)) }
    }

    /// A value with whole numbers as integers, as both sides may have written them.
    static func canonical(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let number):
            guard number == number.rounded(.towardZero), number.magnitude < 9.2e18 else { return value }
            return .integer(Int64(number))
        case .integer(let number):
            return .integer(Int64(exactly: Double(number)) ?? number)
        case .array(let elements): return .array(elements.map(canonical))
        case .object(let object): return .object(object.mapValues { canonical($0) })
        default: return value
        }
    }
}

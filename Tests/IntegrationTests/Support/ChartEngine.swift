// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

/// Helm's engine at work on charts/grantor, by way of Python.
enum ChartEngine {
    /// What the chart makes of values.
    struct Rendering: Sendable {
        /// The objects, in the order of the templates.
        let objects: [JSONValue]
        /// What Helm makes for `helm test` alone.
        let hooks: [JSONValue]
        /// What NOTES.txt says.
        let notes: String

        /// The objects of a kind.
        func objects(_ kind: String) -> [JSONValue] {
            objects.filter { $0["kind"]?.string == kind }
        }

        /// The one object of a kind.
        func object(_ kind: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONValue {
            let found = objects(kind)
            try #require(found.count == 1, "\(found.count) of kind \(kind)", sourceLocation: sourceLocation)
            return found[0]
        }

        /// Kind, namespace and name of each object.
        var names: Set<String> { Set(objects.map(Self.name)) }

        /// Kind, namespace and name.
        static func name(_ object: JSONValue) -> String {
            let metadata = object["metadata"]
            let namespace = metadata?["namespace"]?.string.map { "\($0)/" } ?? ""
            return "\(object["kind"]?.string ?? "?") \(namespace)\(metadata?["name"]?.string ?? "?")"
        }
    }

    /// The folder of the chart.
    static let chart = Tool.repositoryFile("charts/grantor")

    /// Runs the script, which must succeed.
    static func run(
        _ arguments: [String],
        input: JSONValue = .null,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let command = Command(
            path: try Tool.python.required(),
            arguments: [Tool.script("helm_chart.py")] + arguments,
            environment: ["PYTHONDONTWRITEBYTECODE": "1", "HTTP_PROXY": nil, "HTTPS_PROXY": nil],
            input: input.jsonText,
            limit: .seconds(90)
        )
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(command): \(outcome)", sourceLocation: sourceLocation)
        return try JSONValue(parsing: outcome.output)
    }

    /// Renders several values in one go; each either way, as objects or as the words of a refusal.
    static func attempt(
        _ values: [JSONValue],
        namespace: String = "grantor"
    ) async throws -> [Result<Rendering, Refusal>] {
        let cases = values.map { ["values": $0, "namespace": .string(namespace)] as JSONValue }
        let answers = try await run(["render", chart], input: .array(cases)).array ?? []
        try #require(answers.count == values.count)
        return answers.map { answer in
            if let message = answer["error"]?.string { return .failure(Refusal(message: message)) }
            return .success(
                Rendering(
                    objects: answer["objects"]?.array ?? [],
                    hooks: answer["hooks"]?.array ?? [],
                    notes: answer["notes"]?.string ?? ""
                )
            )
        }
    }

    /// Renders values that the chart must take.
    static func render(_ values: JSONValue = [:], namespace: String = "grantor") async throws -> Rendering {
        try await attempt([values], namespace: namespace)[0].get()
    }

    /// What Helm says of values that it does not take.
    struct Refusal: Error {
        /// Its words.
        let message: String
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Looks for what no report of the operator may ever say, whatever a test was about.
///
/// A summary that contradicts its parts, a generation from the future, text without bound, an e-mail address.
public struct ConditionLinter: Sendable {
    /// The conditions, in the order in which each rests on the first; the last is the summary.
    public var types: [String]
    /// The greatest length of a message (`maxLength` of `meta/v1` conditions).
    public var maximumMessageLength = 32 << 10

    /// Creates a linter.
    public init(types: [String] = ["ConfigValid", "KeysAvailable", "GrantsSynced", "Ready"]) {
        self.types = types
    }

    /// What is wrong with the status of an object; nothing when it has none.
    public func problems(of object: JSONValue) -> [String] {
        guard let status = object["status"], status != [:] else { return [] }
        let conditions = status["conditions"]?.array ?? []
        var problems: [String] = []
        let names = conditions.map { $0["type"]?.string ?? "" }
        if names != types { problems.append("the conditions are \(names), not \(types)") }
        for condition in conditions { problems += self.problems(of: condition, in: object) }
        problems += contradictions(conditions)
        if status.jsonText.contains("@") { problems.append("the status holds what may be an e-mail address") }
        let generation = object["metadata"]?["generation"]?.integer ?? 0
        if let observed = status["observedGeneration"]?.integer, observed > generation || observed < 1 {
            problems.append("observedGeneration is \(observed) while generation is \(generation)")
        }
        return problems
    }

    private func problems(of condition: JSONValue, in object: JSONValue) -> [String] {
        let type = condition["type"]?.string ?? "?"
        var problems: [String] = []
        if Condition.Status(rawValue: condition["status"]?.string ?? "") == nil {
            problems.append("\(type) has no status that there is")
        }
        let reason = condition["reason"]?.string ?? ""
        let isWord = reason.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
        if reason.isEmpty || !isWord || reason.first?.isUppercase != true {
            problems.append("the reason of \(type) is no CamelCase word: \(reason)")
        }
        let message = condition["message"]?.string ?? ""
        if message.isEmpty || message.utf8.count > maximumMessageLength {
            problems.append("the message of \(type) has \(message.utf8.count) bytes")
        }
        if message.utf8.contains(where: { $0 < 0x20 }) { problems.append("the message of \(type) has line breaks") }
        let observed = condition["observedGeneration"]?.integer ?? 0
        let statusObserved = object["status"]?["observedGeneration"]?.integer ?? 0
        if observed != statusObserved {
            problems.append("\(type) speaks of generation \(observed), the status of \(statusObserved)")
        }
        if condition["lastTransitionTime"]?.string.flatMap(Timestamp.parse) == nil {
            problems.append("\(type) has no lastTransitionTime")
        }
        return problems
    }

    private func contradictions(_ conditions: [JSONValue]) -> [String] {
        guard let first = conditions.first, let summary = conditions.last, conditions.count > 2 else { return [] }
        let parts = conditions.dropLast()
        let statuses = parts.map { $0["status"]?.string ?? "" }
        let expected = statuses.contains("False") ? "False" : statuses.contains("Unknown") ? "Unknown" : "True"
        var problems: [String] = []
        if summary["status"]?.string != expected {
            problems.append("the summary is \(summary["status"]?.string ?? "") although its parts are \(statuses)")
        }
        if first["status"]?.string != "True", parts.dropFirst().contains(where: { $0["status"]?.string != "Unknown" }) {
            problems.append("something is judged although what it rests on failed: \(statuses)")
        }
        return problems
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Why values cannot be made of an AppInstance, or an AppInstance of values.
public struct ChartError: Error, Hashable, Sendable {
    /// The kinds of failure.
    public enum Code: String, CaseIterable, Sendable {
        /// The chart would refuse the values: something that it requires is missing, or of the wrong type.
        case refusedByChart = "RefusedByChart"
        /// The text that the chart would write is not YAML, because of a value that it writes without quotes.
        case brokenDocument = "BrokenDocument"
        /// The chart has no values that make it write this AppInstance.
        case notExpressible = "NotExpressible"
        /// A `--set` expression cannot be read.
        case invalidExpression = "InvalidExpression"
    }

    /// What went wrong.
    public let code: Code
    /// What went wrong, for people: `cannot ...`, without the problems.
    public let message: String
    /// Each problem with its path: in the values for `refusedByChart` and `brokenDocument`, else in the AppInstance.
    public let problems: [FieldError]

    /// Creates an error.
    public init(_ code: Code, _ message: String, problems: [FieldError] = []) {
        self.code = code
        self.message = message
        self.problems = problems
    }
}

extension ChartError: CustomStringConvertible {
    /// The message, and each problem on a line of its own.
    public var description: String {
        problems.isEmpty ? message : message + ":" + problems.map { "\n  \($0)" }.joined()
    }
}

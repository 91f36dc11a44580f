// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A position in a text, as editors show it.
public struct Mark: Sendable, Hashable {
    /// The line, counted from 1.
    public let line: Int
    /// The column in Unicode scalars, counted from 1.
    public let column: Int

    /// Creates a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

extension Mark: CustomStringConvertible {
    /// The position as compilers write it: `3:7`.
    public var description: String { "\(line):\(column)" }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A table that is drawn over itself on a terminal, and written once at the end anywhere else.
struct LiveTable {
    private let stream: StandardStream
    private var drawn = 0
    private var pending: [String] = []

    /// Creates a table that has not been drawn.
    init(stream: StandardStream) {
        self.stream = stream
    }

    /// Shows lines in the place of the last ones.
    mutating func show(_ lines: [String]) throws {
        guard stream.isTerminal else {
            pending = lines
            return
        }
        // Up to the first line, then each line cleared to its end, then what is left below.
        var text = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
        for line in lines { text += line + "\u{1B}[K\n" }
        try stream.write(text + "\u{1B}[J")
        drawn = lines.count
    }

    /// Writes what was not drawn.
    mutating func finish() throws {
        if !pending.isEmpty { try stream.write(pending.joined(separator: "\n") + "\n") }
        pending = []
    }
}

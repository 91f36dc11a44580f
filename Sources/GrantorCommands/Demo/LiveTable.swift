// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A table that is drawn over itself on a terminal, and written once at the end anywhere else.
struct LiveTable {
    private let stream: StandardStream
    private var lines: [String] = []
    private var drawn = 0

    /// Creates a table that has not been drawn.
    init(stream: StandardStream) {
        self.stream = stream
    }

    /// Shows lines in the place of the last ones.
    mutating func show(_ lines: [String]) throws {
        self.lines = lines
        guard stream.isTerminal else { return }
        // The terminal cuts long lines off while it is told not to wrap, so that one line stays one line.
        try stream.write(redrawing("\u{1B}[?7l", ending: "\u{1B}[?7h"))
        drawn = lines.count
    }

    /// Writes the last lines for good, long ones in full.
    mutating func finish() throws {
        try stream.write(stream.isTerminal ? redrawing("", ending: "") : lines.map { $0 + "\n" }.joined())
        drawn = 0
    }

    /// Goes up to the first line, writes each one cleared to its end, and clears what is left below.
    private func redrawing(_ beginning: String, ending: String) -> String {
        var text = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
        text += beginning
        for line in lines { text += line + "\u{1B}[K\n" }
        return text + ending + "\u{1B}[J"
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// The examples of docs/reference/exit-codes.md, run.
@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct ExitStatusTests {
    /// A row of the page's last table.
    struct Example: Sendable, CustomTestStringConvertible {
        let words: [String]
        let status: Int

        var testDescription: String { words.joined(separator: " ") }
    }

    static let examples: [Example] = {
        let path = Tool.repositoryFile("docs/reference/exit-codes.md")
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            guard let match = line.wholeMatch(of: /\| `grantor (.+)` \| ([0-9]+) \|/), let status = Int(match.2) else {
                return nil
            }
            return Example(words: match.1.split(separator: " ").map(String.init), status: status)
        }
    }()

    @Test(arguments: examples)
    func `an example ends as the page says`(_ example: Example) async throws {
        try await withWorkspace { workspace in
            let words = example.words.map { word in
                if word.hasPrefix("deploy/") { return Tool.repositoryFile(word) }
                return word.hasPrefix("nowhere") ? workspace.path(word) : word
            }
            let outcome = try await workspace.grantor(words).run()
            #expect(outcome.status == example.status, "\(outcome)")
            // What fails says why, and a result is nothing but the result.
            #expect(outcome.status == 0 || !(outcome.errors + outcome.output).isEmpty)
        }
    }

    @Test func `there are examples for each status`() {
        #expect(Self.examples.count >= 20)
        #expect(Set(Self.examples.map(\.status)) == [0, 1, 2, 64])
    }
}

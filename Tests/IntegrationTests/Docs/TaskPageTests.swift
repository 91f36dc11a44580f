// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// The sessions of docs/tasks, run as a reader would.
///
/// With `GRANTOR_REGENERATE=1` in the environment the pages are written anew instead; look at the difference then.
@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct TaskPageTests {
    @Test(arguments: ConsolePage.all)
    func `a page shows what its commands write`(_ name: String) async throws {
        let page = try ConsolePage(name)
        let outputs = try await withWorkspace { try await page.run(in: $0) }
        try #require(outputs.count == page.steps.count, "a command ended the session: \(outputs.last ?? [])")
        if ProcessInfo.processInfo.environment["GRANTOR_REGENERATE"] == "1" {
            try Data(page.regenerated(outputs).utf8).write(to: URL(filePath: ConsolePage.path(name)))
            return
        }
        for (step, output) in zip(page.steps, outputs) {
            guard let expected = step.expected else { continue }
            #expect(
                ConsolePage.matches(output[...], expected[...]),
                """
                docs/tasks/\(name):\(step.line): $ \(step.command)
                --- shown
                \(expected.joined(separator: "\n"))
                --- written
                \(output.joined(separator: "\n"))
                """
            )
        }
    }

    @Test func `a page that shows something else is found out`() async throws {
        let text = "<!-- setup: x=2 -->\n```console\n$ echo $x\n2\n$ false\n$ echo $?; echo a; echo b\n1\n...\n```\n"
        let page = ConsolePage(name: "sample", text: text)
        let outputs = try await withWorkspace { try await page.run(in: $0) }
        #expect(outputs == [[], ["2"], [], ["1", "a", "b"]])
        #expect(ConsolePage.matches(outputs[3][...], page.steps[3].expected?[...] ?? []))
        #expect(!ConsolePage.matches(outputs[3][...], ["1", "a"]))
        #expect(!ConsolePage.matches(outputs[1][...], ["3"]))
        #expect(page.regenerated([[], ["3"], [], ["x"]]) == text.replacing("$x\n2", with: "$x\n3"))
    }

    @Test func `a command may go over several lines`() async throws {
        let page = ConsolePage(name: "sample", text: "```console\n$ cat <<END\n> one\n> two\n> END\none\ntwo\n```\n")
        let outputs = try await withWorkspace { try await page.run(in: $0) }
        #expect(outputs == [["one", "two"]])
        #expect(page.steps.first?.expected == ["one", "two"])
    }
}

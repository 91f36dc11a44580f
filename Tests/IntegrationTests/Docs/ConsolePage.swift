// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// A page of docs/tasks, with the sessions that it shows in fenced blocks of kind `console`.
///
/// In such a block a line that begins with `$ ` is a command, `> ` continues it, and the lines below are what it writes
/// (standard output and standard error) up to the next command or the end of the block. A line `...` stands for any
/// lines. A line `<!-- setup: COMMAND -->` anywhere in the page is a command that readers do not see; a page with a line
/// `<!-- needs: kubectl -->` runs only where that is installed. All commands of a page run in one bash, in order, in a
/// folder that holds the files of deploy/samples; `grantor` is on the path.
struct ConsolePage {
    /// A command and what it is to write.
    struct Step {
        /// The line of the page, counted from 1.
        let line: Int
        /// The command, without its prompts.
        var command: String
        /// The lines that the page shows; `nil` for a hidden command.
        var expected: [String]?
        /// The lines of the page that hold what is expected, counted from 0.
        var range: Range<Int>
    }

    /// The name of the file.
    let name: String
    /// The lines of the page.
    let lines: [String]
    /// The commands, in order.
    private(set) var steps: [Step] = []

    /// The pages that show a session.
    static var all: [String] {
        let folder = Tool.repositoryFile("docs/tasks")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { name in
            guard name.hasSuffix(".md"), let page = try? ConsolePage(name) else { return false }
            let hasTools = Tool.kubectl.isExpected || !page.lines.contains("<!-- needs: kubectl -->")
            return !page.steps.isEmpty && hasTools
        }
    }

    /// The path of a page.
    static func path(_ name: String) -> String {
        Tool.repositoryFile("docs/tasks/\(name)")
    }

    /// Reads a page.
    init(_ name: String) throws {
        let data = try Data(contentsOf: URL(filePath: Self.path(name)))
        self.init(name: name, text: String(decoding: data, as: UTF8.self))
    }

    /// Reads the text of a page.
    init(name: String, text: String) {
        self.name = name
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var isConsole = false
        for (index, line) in lines.enumerated() {
            let opening = "<!-- setup: "
            if line.hasPrefix(opening), line.hasSuffix(" -->") {
                let command = String(line.dropFirst(opening.count).dropLast(4))
                steps.append(Step(line: index + 1, command: command, expected: nil, range: index..<index))
            } else if line.hasPrefix("```") {
                isConsole = line == "```console"
            } else if isConsole {
                read(line, index)
            }
        }
    }

    private mutating func read(_ line: String, _ index: Int) {
        if line.hasPrefix("$ ") {
            let command = String(line.dropFirst(2))
            steps.append(Step(line: index + 1, command: command, expected: [], range: index + 1..<index + 1))
        } else if let last = steps.indices.last, steps[last].expected != nil {
            if line.hasPrefix("> "), steps[last].range.isEmpty {
                steps[last].command += "\n" + line.dropFirst(2)
                steps[last].range = index + 1..<index + 1
            } else {
                steps[last].expected?.append(line)
                steps[last].range = steps[last].range.lowerBound..<index + 1
            }
        }
    }

    /// Runs all the commands.
    ///
    /// - Returns: The lines that each wrote.
    func run(in workspace: Workspace) async throws -> [[String]] {
        let marker = "==== end of step ===="
        let samples = Tool.repositoryFile("deploy/samples")
        let folder = try Tool.grantor.required().split(separator: "/").dropLast().joined(separator: "/")
        var script = "exec 2>&1\nexport PATH=/\(folder):$PATH\ncd '\(workspace.home)'\ncp '\(samples)'/*.yaml .\n"
        for step in steps {
            script += "\(step.command)\nstatus=$?; printf '%s\\n' '\(marker)'; (exit $status)\n"
        }
        let command = Command(
            path: "/bin/bash",
            arguments: ["-c", script],
            environment: Workspace.variables(home: workspace.home)
        )
        let outcome = try await command.run()
        var outputs: [[String]] = [[]]
        for line in outcome.output.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasSuffix(marker) {
                let rest = String(line.dropLast(marker.count))
                if !rest.isEmpty { outputs[outputs.count - 1].append(rest) }
                outputs.append([])
            } else {
                outputs[outputs.count - 1].append(String(line))
            }
        }
        outputs.removeLast()
        return outputs
    }

    /// The page with what its commands wrote.
    func regenerated(_ outputs: [[String]]) -> String {
        var lines = lines
        for (step, output) in zip(steps, outputs).reversed() {
            guard let expected = step.expected, !expected.contains("...") else { continue }
            lines.replaceSubrange(step.range, with: output)
        }
        return lines.joined(separator: "\n")
    }

    /// Whether lines are those expected, where `...` stands for any.
    static func matches(_ lines: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool {
        guard let first = expected.first else { return lines.isEmpty }
        if first == "..." {
            return lines.indices.contains { matches(lines[$0...], expected.dropFirst()) }
                || matches([], expected.dropFirst())
        }
        return lines.first == first && matches(lines.dropFirst(), expected.dropFirst())
    }
}

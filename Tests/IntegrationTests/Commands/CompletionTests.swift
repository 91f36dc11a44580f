// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct CompletionTests {
    /// What bash offers for a command line, by the script as it is printed.
    private static func offers(_ words: [String], in workspace: Workspace) async throws -> [String] {
        let script = try await workspace.run("completion", "bash")
        try #require(script.status == 0, "\(script)")
        try workspace.write(script.output, to: "completion.bash")
        let driver = """
            cd "$HOME"
            PATH="$(dirname "$GRANTOR"):$PATH"
            source ./completion.bash || exit 3
            function="$(complete -p grantor | sed 's/.* -F \\([^ ]*\\) .*/\\1/')"
            COMP_WORDS=("$@")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE="${COMP_WORDS[*]}"
            COMP_POINT=${#COMP_LINE}
            "$function" grantor "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let bash = Command(
            path: try Tool.bash.required(),
            arguments: ["--norc", "-c", driver, "bash"] + words,
            environment: Workspace.variables(home: workspace.home).merging(["GRANTOR": try Tool.grantor.required()]) {
                $1
            }
        )
        let outcome = try await bash.run()
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.isEmpty, "\(outcome)")
        return outcome.output.split(separator: "\n").map { $0.trimmed }
    }

    @Test(.enabled(if: Tool.bash.path != nil)) func `bash completes commands, options, values and files`() async throws
    {
        try await withWorkspace { workspace in
            try workspace.write("{}", to: "appinstance.yaml")
            try workspace.write("", to: "notes.txt")
            let commands = try await Self.offers(["grantor", ""], in: workspace)
            #expect(Set(["validate", "render", "admin-token", "completion", "demo"]).isSubset(of: commands))
            #expect(try await Self.offers(["grantor", "val"], in: workspace) == ["validate"])
            #expect(try await Self.offers(["grantor", "admin-token", "ref"], in: workspace) == ["refresh"])
            let options = try await Self.offers(["grantor", "render", "influxctl", "--cl"], in: workspace)
            #expect(options == ["--client-id"])
            let formats = try await Self.offers(["grantor", "validate", "-o", ""], in: workspace)
            #expect(Set(formats) == ["text", "json", "github"])
            let shells = try await Self.offers(["grantor", "completion", "z"], in: workspace)
            #expect(shells == ["zsh"])
            let files = try await Self.offers(["grantor", "validate", "a"], in: workspace)
            #expect(files == ["appinstance.yaml"])
        }
    }

    @Test(arguments: ["zsh", "fish"])
    func `the scripts of other shells name every command`(shell: String) async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.run("completion", shell)
            #expect(outcome.status == 0)
            for word in ["validate", "influxctl", "refresh", "start-over", "github"] {
                #expect(outcome.output.contains(word), "\(word)")
            }
        }
    }
}

extension Substring {
    /// Without the blank that a completion may end in.
    fileprivate var trimmed: String {
        String(last == " " ? dropLast() : self)
    }
}

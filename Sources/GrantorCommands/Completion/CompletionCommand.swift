// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser

/// `grantor completion`: what a shell needs to complete the command line.
public struct CompletionCommand: ParsableCommand {
    /// Name, summary and what it does.
    public static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the completion script of a shell.",
        discussion: """
            It completes commands, options, their values, and files where files are expected.

            EXAMPLES
              source <(grantor completion bash)
              grantor completion bash > ~/.local/share/bash-completion/completions/grantor
              grantor completion zsh > ~/.zfunc/_grantor
              grantor completion fish > ~/.config/fish/completions/grantor.fish
            """
    )

    /// The shells.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash
        case zsh
        case fish

        /// The shell as the argument parser knows it.
        var kind: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "The shell: bash, zsh or fish.")
    var shell: Shell

    /// Creates the command; the argument parser needs it.
    public init() {}

    /// Prints the script.
    public func run() throws {
        try StandardStream.output.write(GrantorCommand.completionScript(for: shell.kind) + "\n")
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser

/// The command line: one subcommand per noun.
public struct GrantorCommand: AsyncParsableCommand {
    /// Name, summary and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "grantor",
        abstract: "Grants the admins that InfluxDB Clustered AppInstances list.",
        discussion: """
            New here? Run grantor demo. To check a file before it is applied: grantor validate FILE.
            """,
        version: "grantor \(GrantorVersion.current)",
        subcommands: [
            DemoCommand.self, DevCommand.self, OperatorCommand.self, ValidateCommand.self, KeysCommand.self,
            CRDsCommand.self, RenderCommand.self, DiffCommand.self, UsersCommand.self, LoginCommand.self,
            AdminTokenCommand.self, CompletionCommand.self,
            RBACCommand.self, DoctorCommand.self, AdmissionCommand.self,
        ]
    )

    /// Creates the command; the argument parser needs it.
    public init() {}
}

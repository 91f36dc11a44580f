// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `grantor users`: the list of users of an AppInstance or values file, edited in place.
struct UsersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "List and edit the users of an AppInstance or of the Helm chart's values file.",
        discussion: """
            Only the lines that must change do: comments, quotes, order and indentation stay. The result is checked by \
            the rules of the operator before it is written, in one step; a file that would leave nobody in group Admin \
            is refused. Nothing reaches the cluster: apply the file as always.

            EXAMPLES
              grantor users list values.yaml
              grantor users add values.yaml --id 'auth0|6f1' --first-name Ada --last-name Lovelace --email ada@example.com
              grantor users remove appinstance.yaml --id 9d6f4b3e-0c55-4e0a-8f1b-6a1d2c3b4e5f --dry-run
              grantor users import values.yaml --from entra-users.csv

            EXIT STATUS
              0 when it is done or there was nothing to do, 1 when the rules refuse it, 2 when a file cannot be read, \
            edited or written.
            """,
        subcommands: [
            UsersListCommand.self, UsersAddCommand.self, UsersRemoveCommand.self, UsersSetCommand.self,
            UsersImportCommand.self,
        ]
    )
}

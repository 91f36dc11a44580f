// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `grantor admission`: what has the API server check the admin block before it is stored.
struct AdmissionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admission",
        abstract: "Have the API server check the admin block.",
        discussion: """
            EXAMPLES
              grantor admission policy | kubectl apply -f -
            """,
        subcommands: [AdmissionPolicyCommand.self]
    )
}

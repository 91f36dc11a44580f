// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `grantor render`: one subcommand per thing that is made.
struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Make values.yaml of an AppInstance, the AppInstance of values.yaml, and what belongs to them.",
        discussion: """
            EXAMPLES
              grantor render values -f appinstance.yaml -o values.yaml
              grantor render appinstance -f values.yaml -f prod.yaml --release influxdb -n influxdb
              grantor render influxctl -f appinstance.yaml --client-id influxctl
            """,
        subcommands: [RenderValuesCommand.self, RenderAppInstanceCommand.self, RenderInfluxctlCommand.self]
    )
}

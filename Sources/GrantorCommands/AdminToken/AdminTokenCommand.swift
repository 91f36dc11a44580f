// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser

/// `grantor admin-token`: the cluster's own token, which bypasses the identity provider.
public struct AdminTokenCommand: AsyncParsableCommand {
    /// Name, summary and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "admin-token",
        abstract: "Replace the cluster's own admin token.",
        discussion: """
            InfluxDB Clustered keeps a long-lived admin token in the Secret admin-token, signed with the keys in rsa-keys. \
            It bypasses the identity provider, and whoever has ever seen it is an admin until it is replaced.

            EXAMPLES
              grantor admin-token refresh -n influxdb influxdb
              grantor admin-token refresh -n influxdb influxdb --yes
            """,
        subcommands: [RefreshCommand.self]
    )

    /// Creates the command; the argument parser needs it.
    public init() {}
}

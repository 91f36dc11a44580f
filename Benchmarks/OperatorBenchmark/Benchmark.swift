// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Measures the operator and the development API server, and compares with the committed thresholds.
@main
struct Benchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "OperatorBenchmark",
        abstract: "Measure the operator and the development API server.",
        subcommands: [MeasureCommand.self, ProviderCommand.self],
        defaultSubcommand: MeasureCommand.self
    )
}

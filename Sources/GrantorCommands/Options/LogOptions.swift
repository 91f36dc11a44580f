// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging

/// How much a long-running command tells on standard error.
struct LogOptions: ParsableArguments {
    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level")
    )
    var levelName = "info"

    /// Refuses levels that do not exist.
    func validate() throws {
        guard Logger.Level(rawValue: levelName) != nil else {
            throw ValidationError("--log-level must be trace, debug, info, notice, warning, error or critical.")
        }
    }

    /// A logger that writes lines of text to standard error.
    func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: levelName) ?? .info
        return logger
    }
}

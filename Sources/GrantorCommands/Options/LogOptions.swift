// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import Logging

/// How much a long-running command tells on standard error.
struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: Logger.Level = .info

    /// A logger that writes lines of text to standard error.
    func logger(_ label: String) -> Logger {
        Self.logger(label, level: logLevel)
    }

    /// A logger of a level that writes lines of text to standard error.
    static func logger(_ label: String, level: Logger.Level) -> Logger {
        Logger(label: label) { _ in
            LineLogHandler(level: level) { line in
                // Nobody reads the log any more: there is nobody to tell.
                try? StandardStream.error.write(line)
            }
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import Logging

/// How much a long-running command tells on standard error, and in what form.
struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: Logger.Level = .info

    @Option(help: ArgumentHelp("text for people, or json: one object to a line.", valueName: "format"))
    var logFormat: LogFormat = .text

    /// A logger that writes to standard error.
    func logger(_ label: String) -> Logger {
        Self.logger(label, level: logLevel, format: logFormat)
    }

    /// A logger of a level that writes to standard error.
    static func logger(_ label: String, level: Logger.Level, format: LogFormat = .text) -> Logger {
        // When nobody reads the log any more, there is nobody to tell.
        switch format {
        case .text: Logger(label: label) { _ in LineLogHandler(level: level) { try? StandardStream.error.write($0) } }
        case .json:
            Logger(label: label) { label in
                JSONLogHandler(label: label, level: level) { try? StandardStream.error.write($0) }
            }
        }
    }
}

/// The forms of a log.
enum LogFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Lines for people.
    case text
    /// An object to a line, for programs.
    case json
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

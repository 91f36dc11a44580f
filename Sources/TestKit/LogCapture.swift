// Grantor
// SPDX-License-Identifier: Apache-2.0

public import Logging

/// The lines that a logger wrote, for a test to look at.
///
/// Pass `logger` to the code under test, or bind it with `withLogger(_:)`; never bootstrap the logging system.
public struct LogCapture: Sendable {
    /// One line.
    public struct Line: Sendable, CustomStringConvertible {
        /// How grave it is.
        public let level: Logger.Level
        /// The constant message.
        public let message: String
        /// The data, with that of the logger merged in.
        public let metadata: Logger.Metadata

        /// Level, message and metadata, sorted by key; what a search for secrets looks at.
        public var description: String {
            let data = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return ([level.rawValue, message] + data).joined(separator: " ")
        }
    }

    private struct Handler: LogHandler {
        let journal: Journal<Line>
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace
        var metadataProvider: Logger.MetadataProvider?

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            var merged = metadata
            merged.merge(metadataProvider?.get() ?? [:]) { $1 }
            merged.merge(event.metadata ?? [:]) { $1 }
            journal.append(Line(level: event.level, message: "\(event.message)", metadata: merged))
        }
    }

    private let journal = Journal<Line>()
    /// The logger whose lines are kept, at level trace.
    public let logger: Logger

    /// Creates a capture with its own logger.
    public init(label: String = "test") {
        let handler = Handler(journal: journal)
        logger = Logger(label: label) { _ in handler }
    }

    /// All lines so far.
    public var lines: [Line] { journal.entries }

    /// The lines of one level.
    public func lines(at level: Logger.Level) -> [Line] {
        lines.filter { $0.level == level }
    }

    /// Waits until the lines satisfy a condition, and returns them.
    ///
    /// - Throws: `DeadlineExceeded` when that takes longer than the limit.
    @discardableResult
    public func wait(
        _ what: String = "log lines",
        within limit: Duration = .seconds(20),
        until condition: @escaping @Sendable ([Line]) -> Bool
    ) async throws -> [Line] {
        try await journal.wait(what, within: limit, until: condition)
    }
}

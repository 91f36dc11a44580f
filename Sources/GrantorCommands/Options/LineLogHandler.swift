// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Logging

/// Writes log events as lines for people: time, level, message, then what belongs to it.
///
/// `2026-11-21T08:30:00Z info  operator starts  api.server=https://10.0.0.1 operator.namespaces=all`
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let write: @Sendable (String) -> Void

    init(level: Logger.Level, write: @escaping @Sendable (String) -> Void) {
        logLevel = level
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // The HTTP server's own lines repeat what the commands announce and what they throw, in its own words.
        if logLevel > .debug, event.source.hasPrefix("Hummingbird") { return }
        write(Self.line(event, metadata: metadata, at: Timestamp.format(Date())) + "\n")
    }

    /// The line for an event.
    static func line(_ event: LogEvent, metadata: Logger.Metadata, at time: String) -> String {
        let level = event.level.rawValue
        let padding = String(repeating: " ", count: max(0, 7 - level.count))
        var line = "\(time) \(level)\(padding) \(event.message)"
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        var separator = "  "
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line += "\(separator)\(key)=\(quoted("\(value)"))"
            separator = " "
        }
        return line
    }

    /// A value that can be told from what follows it; control characters never reach a terminal.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }
        return isPlain ? text : String(decoding: JSONWriter.bytes(.string(text)), as: UTF8.self)
    }
}

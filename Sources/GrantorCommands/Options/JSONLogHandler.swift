// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Logging

/// Writes log events as lines of JSON for collectors: `time`, `level`, `logger`, `message`, then what belongs to it,
/// under its own dotted names.
///
/// `{"time":"2026-11-21T08:30:00.000000Z","level":"info","logger":"grantor","message":"operator starts",...}`
struct JSONLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let write: @Sendable (String) -> Void

    init(label: String, level: Logger.Level, write: @escaping @Sendable (String) -> Void) {
        self.label = label
        logLevel = level
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if logLevel > .debug, event.source.hasPrefix("Hummingbird") { return }
        write(Self.line(event, label: label, metadata: metadata, at: Timestamp.formatMicro(Date())) + "\n")
    }

    /// The line for an event.
    static func line(_ event: LogEvent, label: String, metadata: Logger.Metadata, at time: String) -> String {
        var line = JSONObject()
        line["time"] = .string(time)
        line["level"] = .string(event.level.rawValue)
        line["logger"] = .string(label)
        line["message"] = .string("\(event.message)")
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) where line[key] == nil { line[key] = json(value) }
        return String(decoding: JSONWriter.bytes(.object(line)), as: UTF8.self)
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): return .string(text)
        case .stringConvertible(let value): return .string(value.description)
        case .array(let values): return .array(values.map(json))
        case .dictionary(let members):
            var object = JSONObject()
            for (key, value) in members.sorted(by: { $0.key < $1.key }) { object[key] = json(value) }
            return .object(object)
        }
    }
}

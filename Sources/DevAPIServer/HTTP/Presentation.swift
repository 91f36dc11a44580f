// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import NIOCore
import YAMLSource

/// How the objects of one answer are shown: as they are, as metadata alone, or as a table.
struct Presentation: Sendable {
    /// The form that the client asked for.
    let form: ResponseForm
    private let definition: ResourceDefinition
    private let table: TableWriter?
    private let now: Date
    private var hasSentColumns = false

    /// Creates a presentation.
    init(form: ResponseForm, definition: ResourceDefinition, query: [String: String], now: Date) {
        self.form = form
        self.definition = definition
        self.now = now
        if case .table(let version) = form {
            table = TableWriter(definition: definition, version: version, includeObject: query["includeObject"])
        } else {
            table = nil
        }
    }

    /// The body of an answer that holds an object or a list.
    func bytes(of value: JSONValue, isList: Bool) -> [UInt8] {
        switch form {
        case .json: JSONWriter.bytes(value)
        case .yaml: YAMLWriter.bytes(value)
        case .metadata(let version):
            JSONWriter.bytes(
                isList
                    ? PartialObjectMetadata.list(value, version: version)
                    : PartialObjectMetadata.object(value, version: version)
            )
        case .table:
            JSONWriter.bytes(table?.table(of: value, isList: isList, includesColumns: true, now: now) ?? value)
        }
    }

    /// The lines of events, together in one buffer.
    mutating func lines(of events: [WatchSubscription.Event], now: Date) -> ByteBuffer {
        if form == .json || form == .yaml {
            let lines = events.map(\.line)
            var buffer = ByteBufferAllocator().buffer(capacity: lines.reduce(0) { $0 + $1.count })
            for line in lines { buffer.writeBytes(line) }
            return buffer
        }
        var bytes: [UInt8] = []
        for event in events.map(\.event) {
            bytes.append(contentsOf: WatchEventSource.encode(event.kind, shown(event, now: now)))
        }
        return ByteBuffer(bytes: bytes)
    }

    /// The object of an event in the form that was asked for; errors stay as they are.
    private mutating func shown(_ event: WatchEvent<JSONValue>, now: Date) -> JSONValue {
        if event.kind == .error { return event.object }
        switch form {
        case .json, .yaml: return event.object
        case .metadata(let version): return PartialObjectMetadata.object(event.object, version: version)
        case .table:
            // Columns come with the first table of a stream alone.
            defer { hasSentColumns = true }
            return table?.table(of: event.object, isList: false, includesColumns: !hasSentColumns, now: now)
                ?? event.object
        }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

/// One committed change, kept for watchers until the history is trimmed.
final class HistoryEntry: Sendable {
    /// What happened to the object.
    let kind: WatchEvent<JSONValue>.Kind
    /// The state after the change; of a deletion, the last state under the resource version of the deletion.
    let object: StoredObject
    /// The state before the change; `nil` for a creation.
    let previous: StoredObject?

    /// The lines encoded so far, by API version.
    private let lines = Mutex<[String: [UInt8]]>([:])

    /// Creates an entry.
    init(kind: WatchEvent<JSONValue>.Kind, object: StoredObject, previous: StoredObject?) {
        self.kind = kind
        self.object = object
        self.previous = previous
    }

    /// The resource version of the change.
    var revision: Int64 { object.revision }

    /// The event as a line in one version of the API; encoded by the first watcher that asks.
    func line(apiVersion: String, object value: JSONValue) -> [UInt8] {
        if let line = lines.withLock({ $0[apiVersion] }) { return line }
        let line = WatchEventSource.encode(kind, value)
        // Two watchers may both have encoded it: the first line stays, so that all share one.
        return lines.withLock { lines in
            if let first = lines[apiVersion] { return first }
            lines[apiVersion] = line
            return line
        }
    }

    /// Gives the encoded lines up; a watcher this far behind encodes again.
    func dropLines() {
        lines.withLock { $0 = [:] }
    }
}

/// Where a watcher's event comes from, and so whether its line is shared.
enum WatchEventSource: Sendable {
    /// A change from the history, in the version that is watched.
    case history(HistoryEntry, JSONValue, apiVersion: String)
    /// An event of this watcher alone: initial objects, selector transitions, bookmarks and errors.
    case own(WatchEvent<JSONValue>.Kind, JSONValue)

    /// What happened.
    var kind: WatchEvent<JSONValue>.Kind {
        switch self {
        case .history(let entry, _, _): entry.kind
        case .own(let kind, _): kind
        }
    }

    /// To what.
    var object: JSONValue {
        switch self {
        case .history(_, let object, _), .own(_, let object): object
        }
    }

    /// The line with its line break.
    var line: [UInt8] {
        switch self {
        case .history(let entry, let object, let apiVersion): entry.line(apiVersion: apiVersion, object: object)
        case .own(let kind, let object): Self.encode(kind, object)
        }
    }

    /// Writes an event as a line of JSON.
    static func encode(_ kind: WatchEvent<JSONValue>.Kind, _ object: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        bytes.append(contentsOf: "{\"type\":\"".utf8)
        bytes.append(contentsOf: kind.rawValue.utf8)
        bytes.append(contentsOf: "\",\"object\":".utf8)
        JSONWriter.append(object, to: &bytes)
        bytes.append(contentsOf: "}\n".utf8)
        return bytes
    }
}

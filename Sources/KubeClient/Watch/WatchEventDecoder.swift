// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Reads the lines of a watch.
struct WatchEventDecoder: Sendable {
    /// The watch, for messages.
    let call: Call
    private let parser = JSONParser()

    /// Creates a decoder.
    init(call: Call) {
        self.call = call
    }

    /// Reads one line; `nil` when it is blank.
    ///
    /// - Throws: `KubeError`: what the server sent as an `ERROR` event, or `InvalidResponse`.
    func decode(_ line: UnsafeBufferPointer<UInt8>) throws(KubeError) -> WatchEvent<JSONValue>? {
        if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t") }) {
            return nil
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try parser.parse(line)
        } catch {
            throw KubeError(.invalidResponse, "cannot \(call): an event is not readable: \(error)", cause: error)
        }
        guard let type = value["type"]?.string, let object = value["object"], object.object != nil else {
            throw KubeError(.invalidResponse, "cannot \(call): an event has no type or no object")
        }
        guard let kind = WatchEvent<JSONValue>.Kind(rawValue: type) else {
            throw KubeError(.invalidResponse, "cannot \(call): an event has a type that is not known")
        }
        guard kind == .error else { return WatchEvent(kind, object) }
        guard let status = try? Status(json: object) else {
            throw KubeError(.invalidResponse, "cannot \(call): an error event holds no Status")
        }
        throw KubeError(status, to: call)
    }
}

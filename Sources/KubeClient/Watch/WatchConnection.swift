// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import NIOCore

/// The connection of one watch that was answered: bytes in, events out.
final class WatchConnection {
    private let stream: ResponseStream
    private let call: Call
    private let server: String
    private let idleDeadline: Duration?
    private let decoder: WatchEventDecoder
    private let maximumEventBytes: Int
    private var splitter: LineSplitter

    /// Creates a connection from the body of an answer.
    init(_ stream: ResponseStream, call: Call, server: String, idleDeadline: Duration?, maximumEventBytes: Int) {
        self.stream = stream
        self.call = call
        self.server = server
        self.idleDeadline = idleDeadline
        self.maximumEventBytes = maximumEventBytes
        decoder = WatchEventDecoder(call: call)
        splitter = LineSplitter(limit: maximumEventBytes)
    }

    deinit {
        stream.abort(CancellationError())
    }

    /// The next event; `nil` when the server ended the stream.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func next() async throws -> WatchEvent<JSONValue>? {
        let limit = idleDeadline.map { TimeAmount($0) }
        while true {
            try Task.checkCancellation()
            if let event = try buffered() { return event }
            do {
                switch try await stream.next(within: limit) {
                case .head: break
                case .bytes(let bytes): bytes.withUnsafeReadableBytes { splitter.append($0) }
                case .end: return try last()
                }
            } catch is ResponseStreamStateMachine.DeadlinePassed {
                let silence = idleDeadline.map { "\($0)" } ?? "long"
                throw KubeError(.unreachable, "cannot \(call): \(server) has been silent for \(silence)")
            } catch {
                throw TransportFailure.translate(error, to: call, server: server)
            }
        }
    }

    private func buffered() throws -> WatchEvent<JSONValue>? {
        do {
            while let event = try splitter.next({ try decoder.decode($0) }) {
                if let event { return event }
            }
            return nil
        } catch is LineSplitter.LineTooLong {
            throw KubeError(.tooLarge, "cannot \(call): an event is larger than \(maximumEventBytes) bytes")
        }
    }

    private func last() throws -> WatchEvent<JSONValue>? {
        do {
            return try splitter.rest { try decoder.decode($0) } ?? nil
        } catch let error as KubeError where error.code == .invalidResponse {
            throw KubeError(.unreachable, "cannot \(call): \(server) broke off within an event", cause: error)
        }
    }
}

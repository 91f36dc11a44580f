// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// The events of one watch, pulled from the connection as they are asked for.
///
/// Iterating sends the request; each iterator is a request of its own. The sequence ends when the server ends the
/// stream. It throws `KubeError`: what the server answered, what it sent as an `ERROR` event (`Expired` for 410),
/// `Unreachable` when the connection broke or fell silent, `InvalidResponse` or `TooLarge` when a line cannot be read;
/// or `CancellationError`. Events of kind `error` never come out.
public struct WatchStream: AsyncSequence, Sendable {
    /// One event.
    public typealias Element = WatchEvent<JSONValue>
    /// A `KubeError` or a `CancellationError`.
    public typealias Failure = any Error

    /// Pulls events.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private enum State {
            case unopened(Result<Call, KubeError>, idleDeadline: Duration?)
            case open(WatchConnection)
            case ended
        }

        private let client: KubeClient
        private var state: State

        fileprivate init(_ stream: WatchStream) {
            client = stream.client
            state = .unopened(stream.call, idleDeadline: stream.idleDeadline)
        }

        /// The next event; `nil` when the server ended the stream, and after an error.
        public mutating func next() async throws -> WatchEvent<JSONValue>? {
            let current = state
            // Whatever is thrown below is the end.
            state = .ended
            let connection: WatchConnection
            switch current {
            case .unopened(let call, let idleDeadline):
                connection = try await client.open(try call.get(), idleDeadline: idleDeadline)
            case .open(let open): connection = open
            case .ended: return nil
            }
            guard let event = try await connection.next() else { return nil }
            state = .open(connection)
            return event
        }
    }

    private let client: KubeClient
    private let call: Result<Call, KubeError>
    private let idleDeadline: Duration?

    /// Creates a watch that was not sent yet.
    init(client: KubeClient, call: Result<Call, KubeError>, idleDeadline: Duration?) {
        self.client = client
        self.call = call
        self.idleDeadline = idleDeadline
    }

    /// Starts anew.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(self)
    }
}

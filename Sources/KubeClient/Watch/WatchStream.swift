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
        /// The next event; `nil` when the server ended the stream.
        public mutating func next() async throws -> WatchEvent<JSONValue>? {
            nil
        }
    }

    /// Starts anew.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator()
    }
}

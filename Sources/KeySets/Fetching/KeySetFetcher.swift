// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Fetches the keys of an endpoint.
public protocol KeySetFetcher: Sendable {
    /// Fetches once, within a bounded time.
    ///
    /// - Parameters:
    ///   - endpoint: Where to fetch from.
    ///   - previous: What the last fetch of the same endpoint gave, so that an unchanged document need not be sent.
    /// - Returns: The keys, also when the server says that nothing changed.
    /// - Throws: `KeySetError`, or `CancellationError` when the task is cancelled.
    func fetch(_ endpoint: Endpoint, previous: FetchedKeySet?) async throws -> FetchedKeySet
}

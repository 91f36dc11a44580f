// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import Synchronization
import TestKit

/// A fetcher whose every fetch waits until the test ends it.
final class ScriptedFetcher: KeySetFetcher {
    /// A fetch that began.
    struct Fetch: Sendable {
        let endpoint: Endpoint
        let previous: FetchedKeySet?
        fileprivate let gate = Gate()
        fileprivate let result = Journal<Result<FetchedKeySet, KeySetError>>()

        /// Ends the fetch.
        func end(_ outcome: Result<FetchedKeySet, KeySetError>) {
            result.append(outcome)
            gate.open()
        }
    }

    /// All fetches that began, in order.
    let fetches = Journal<Fetch>()

    func fetch(_ endpoint: Endpoint, previous: FetchedKeySet?) async throws -> FetchedKeySet {
        let fetch = Fetch(endpoint: endpoint, previous: previous)
        fetches.append(fetch)
        try await fetch.gate.wait()
        guard let outcome = fetch.result.entries.first else { throw CancellationError() }
        return try outcome.get()
    }

    /// Waits for the fetch of that number, counted from 1.
    func fetch(_ number: Int) async throws -> Fetch {
        try await fetches.wait(count: number)[number - 1]
    }
}

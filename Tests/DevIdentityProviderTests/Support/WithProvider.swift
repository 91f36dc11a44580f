// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import DevIdentityProvider
import FoundationEssentials
import Logging
import ServiceLifecycle
import TestKit

/// Runs a provider of its own for a test, with a client, and ends both afterwards.
func withProvider<Result: Sendable>(
    _ realms: [Realm.Configuration],
    clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Date = { Date() },
    _ body: (DevIdentityProvider, Visitor) async throws -> Result
) async throws -> Result {
    let capture = LogCapture()
    let provider = try DevIdentityProvider(
        configuration: .init(realms: realms),
        clock: clock,
        now: now,
        logger: capture.logger
    )
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let group = ServiceGroup(configuration: .init(services: [provider], logger: capture.logger))
    do {
        let result = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result = try await body(provider, Visitor(client: client))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
        try await client.shutdown()
        return result
    } catch {
        try? await client.shutdown()
        throw error
    }
}

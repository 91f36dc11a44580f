// Grantor
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
public import Logging

/// Creates a client, hands it to a closure, and shuts it down when the closure is done.
///
/// - Throws: `KubeError` when the configuration cannot be used, and whatever the closure throws.
public func withKubeClient<Result: Sendable>(
    _ configuration: KubeConfiguration,
    options: KubeClient.Options,
    host: HostEnvironment,
    timing: Timing = .live,
    metrics: any MetricsFactory = NOOPMetricsHandler.instance,
    logger: Logger,
    _ body: (KubeClient) async throws -> Result
) async throws -> Result {
    let client = try KubeClient(
        configuration,
        options: options,
        host: host,
        timing: timing,
        metrics: metrics,
        logger: logger
    )
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeClient
import Logging

/// Runs a test with a client of its own, which logs nothing.
///
/// - Parameters:
///   - configuration: How the API server is reached.
///   - fieldManager: Who the client is to server-side apply.
///   - body: The test.
/// - Returns: What the body returns.
/// - Throws: `KubeError` when the configuration cannot be used, and whatever the body throws.
public func withTestClient<Result: Sendable>(
    _ configuration: KubeConfiguration,
    as fieldManager: String = "test",
    _ body: (KubeClient) async throws -> Result
) async throws -> Result {
    try await withKubeClient(
        configuration,
        options: KubeClient.Options(fieldManager: fieldManager),
        host: .live,
        logger: Logger(label: fieldManager, factory: { _ in SwiftLogNoOpLogHandler() }),
        body
    )
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore
import Logging

/// The cluster that a one-shot command looks at: a person waits, so that failures come soon.
enum LiveCluster {
    /// Connects, and hands the client to a closure.
    ///
    /// - Throws: `KubeError` with a line that says what to do, and what the closure throws.
    static func withClient<Result: Sendable>(
        _ options: ClusterOptions,
        _ body: (KubeClient) async throws -> Result
    ) async throws -> Result {
        let configuration = try options.load()
        var client = KubeClient.Options(fieldManager: "grantor")
        client.connectTimeout = .seconds(5)
        client.requestTimeout = .seconds(15)
        client.maximumRetries = 1
        return try await withKubeClient(
            configuration,
            options: client,
            host: .live,
            logger: LogOptions.logger("grantor", level: .error),
            body
        )
    }

    /// Reads an AppInstance as it is in the cluster.
    ///
    /// - Parameters:
    ///   - name: Its name; without a namespace that of the context counts.
    ///   - client: The client.
    /// - Returns: The object, whole.
    /// - Throws: `KubeError` with `notFound` and the names that there are; `CancellationError`.
    static func appInstance(_ name: NamespacedName, with client: KubeClient) async throws -> JSONValue {
        let name = NamespacedName(namespace: name.namespace ?? client.configuration.namespace, name: name.name)
        do {
            if let object = try await client.get(.appInstances, name) { return object }
        } catch let error as KubeError where error.code == .resourceTypeUnknown {
            let message =
                "cannot read AppInstance \(name): the cluster has no AppInstances; kubit is not installed there"
            throw KubeError(.resourceTypeUnknown, message, status: error.status, cause: error)
        }
        throw KubeError(.notFound, "cannot find AppInstance \(name)\(await others(in: name.namespace, with: client))")
    }

    /// What there is instead, for advice; nothing when it cannot be listed.
    private static func others(in namespace: String?, with client: KubeClient) async -> String {
        var options = ListOptions(limit: 6)
        options.metadataOnly = true
        guard let list = try? await client.list(.appInstances, namespace: namespace, options: options) else {
            return ""
        }
        let names = list.items.compactMap { $0["metadata"]?["name"]?.string }
        if names.isEmpty { return ": the namespace has none" }
        return ": the namespace has \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", ..." : "")"
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
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

    /// Reads an AppInstance as it is in the cluster: an object of its own, or the ConfigMap that holds it for kubit.
    ///
    /// - Parameters:
    ///   - name: Its name; without a namespace that of the context counts. `app-instance` stands for the ConfigMap's,
    ///     whatever it is called.
    ///   - client: The client.
    /// - Returns: The object, or the ConfigMap, whole.
    /// - Throws: `KubeError` with `notFound` and the names that there are; `CancellationError`.
    static func appInstance(_ name: NamespacedName, with client: KubeClient) async throws -> JSONValue {
        let name = NamespacedName(namespace: name.namespace ?? client.configuration.namespace, name: name.name)
        var failure: KubeError?
        do {
            if let object = try await client.get(.appInstances, name) { return object }
        } catch let error as KubeError where error.code == .resourceTypeUnknown || error.code == .forbidden {
            // Who works in a namespace without the CRD may be told the one or the other.
            failure = error
        }
        let configMap = try await configMap(in: name.namespace, with: client)
        if let configMap, configMap.isCalled(name.name) { return configMap.object }
        if let failure, failure.code == .forbidden, configMap == nil { throw failure }
        if failure != nil, configMap == nil {
            let message = """
                cannot read AppInstance \(name): the cluster has no AppInstances, and the namespace has no ConfigMap \
                \(InstanceConfigMap.name); kubit is not installed there
                """
            throw KubeError(.resourceTypeUnknown, message, status: failure?.status, cause: failure)
        }
        let others = failure == nil ? await names(in: name.namespace, with: client) : []
        let held = (configMap?.name).map { ["\($0) (in ConfigMap \(InstanceConfigMap.name))"] } ?? []
        let found = others + held
        throw KubeError(.notFound, "cannot find AppInstance \(name): the namespace has \(list(found))")
    }

    /// kubit's ConfigMap, and what is in it.
    private struct Holder {
        let object: JSONValue
        let name: String?

        /// Whether it holds the AppInstance that is meant; one that cannot be read may hold any.
        func isCalled(_ wanted: String) -> Bool {
            guard let name else { return true }
            return UTF8Order.equal(name, wanted) || wanted == InstanceConfigMap.name
        }
    }

    private static func configMap(
        in namespace: String?,
        with client: KubeClient
    ) async throws -> Holder? {
        let name = NamespacedName(namespace: namespace, name: InstanceConfigMap.name)
        let found: JSONValue?
        do {
            found = try await client.get(.configMaps, name)
        } catch let error as KubeError where error.code == .forbidden {
            return nil
        }
        guard let object = found, let configMap = try? InstanceConfigMap(json: object), !configMap.isBlank else {
            return nil
        }
        return Holder(object: object, name: configMap.instanceName)
    }

    /// What there is instead, for advice; nothing when it cannot be listed.
    private static func names(in namespace: String?, with client: KubeClient) async -> [String] {
        var options = ListOptions(limit: 6)
        options.metadataOnly = true
        let list = try? await client.list(.appInstances, namespace: namespace, options: options)
        return (list?.items ?? []).compactMap { $0["metadata"]?["name"]?.string }
    }

    private static func list(_ names: [String]) -> String {
        if names.isEmpty { return "none" }
        return names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", ..." : "")
    }
}

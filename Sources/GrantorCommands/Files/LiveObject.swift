// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore
import Logging

extension ClusterOptions {
    /// Reads an AppInstance of the cluster; without a namespace, that of the context.
    ///
    /// - Throws: `KubeError`, or `DocumentError` when there is none.
    func appInstance(_ name: NamespacedName) async throws -> JSONValue {
        let configuration = try load()
        let full = NamespacedName(namespace: name.namespace ?? configuration.namespace, name: name.name)
        return try await withKubeClient(
            configuration,
            options: KubeClient.Options(fieldManager: "grantor"),
            host: .live,
            logger: LogOptions.logger("grantor", level: .error)
        ) { client in
            guard let object = try await client.get(.appInstances, full) else {
                throw DocumentError("live:\(full)", "there is no such AppInstance")
            }
            return object
        }
    }
}

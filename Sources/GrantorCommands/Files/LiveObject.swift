// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore

extension ClusterOptions {
    /// Reads an AppInstance of the cluster; without a namespace, that of the context.
    ///
    /// - Throws: `KubeError` with one line that says what to do, also when there is no such AppInstance.
    func appInstance(_ name: NamespacedName) async throws -> JSONValue {
        try await LiveCluster.withClient(self) { try await LiveCluster.appInstance(name, with: $0) }
    }
}

// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Finds out where the API server is and who asks, in the order of client-go.
///
/// 1. The file given on the command line, alone.
/// 2. The files of `KUBECONFIG`, merged: of two entries with one name the first counts, `current-context` is the first
///    one set, relative paths are relative to the file they stand in, and files that do not exist are passed over.
/// 3. `~/.kube/config`.
/// 4. The service account of the pod we run in.
public struct KubeConfigurationLoader: Sendable {
    private let host: HostEnvironment

    /// Creates a loader.
    public init(host: HostEnvironment) {
        self.host = host
    }

    /// Loads the configuration.
    ///
    /// - Parameters:
    ///   - kubeconfig: The file to read instead of all others.
    ///   - context: The context to use instead of the current one.
    ///   - userAgent: What the client calls itself.
    /// - Returns: What a client is made from.
    /// - Throws: `KubeError` with code `InvalidConfiguration` that names the file, the context and what to do.
    public func load(
        kubeconfig: String? = nil,
        context: String? = nil,
        userAgent: String = "grantor"
    ) throws(KubeError) -> KubeConfiguration {
        throw KubeError(.unknown, "cannot load: not yet written")
    }

    /// Loads the configuration of the pod we run in.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`.
    public func loadInCluster(userAgent: String = "grantor") throws(KubeError) -> KubeConfiguration {
        throw KubeError(.unknown, "cannot load: not yet written")
    }
}

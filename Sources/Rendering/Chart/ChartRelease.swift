// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What `helm install NAME -n NAMESPACE` says besides the values.
public struct ChartRelease: Hashable, Sendable {
    /// The name of the release, and of the AppInstance unless `nameOverride` says otherwise.
    public var name: String
    /// The namespace of the release, and of the AppInstance unless `namespaceOverride` says otherwise.
    public var namespace: String

    /// Describes a release.
    public init(name: String, namespace: String) {
        self.name = name
        self.namespace = namespace
    }
}

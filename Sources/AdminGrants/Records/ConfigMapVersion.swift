// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// That a ConfigMap exists, and in which version: enough to notice that a CA bundle changed.
public struct ConfigMapVersion: Sendable, Hashable {
    /// The version, an opaque string.
    public let resourceVersion: String
}

extension ConfigMapVersion: JSONReadable {
    /// Reads the version out of a ConfigMap, or out of its metadata alone.
    ///
    /// - Throws: `FieldError` when there is no metadata.
    public init(json: JSONValue) throws(FieldError) {
        guard let version = json["metadata"]?["resourceVersion"]?.string else {
            throw FieldError(.required, FieldPath(keys: "metadata", "resourceVersion"))
        }
        resourceVersion = version
    }
}

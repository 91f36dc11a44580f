// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What the chart makes of values, as far as Grantor is concerned: one AppInstance.
public struct RenderedChart: Hashable, Sendable {
    /// The AppInstance, whether or not it stands in a ConfigMap.
    public let instance: JSONValue
    /// The ConfigMap `app-instance` that holds it when `kubitSingleNamespace` is on.
    public let configMap: JSONValue?
    /// Values that are written without quotes and are something else once read, with their paths in the values.
    public let warnings: [FieldError]

    /// What is applied to the cluster: the ConfigMap when there is one, else the AppInstance.
    public var document: JSONValue { configMap ?? instance }
}
